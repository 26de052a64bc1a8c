import type { RunProcess } from '../../../run/record/run-record.js';

/** What the id of a job says. It outlives the process that submitted the job. */
export interface JobId {
  /** The process that does it; for a job that waits, the one that submitted it. */
  readonly process: RunProcess;
  readonly waits: boolean;
  /** Numbers the jobs of the process that submitted it, from 1. */
  readonly number: number;
}

/** `process 4711@node1/1764490000000/pid:[4026531836]/…/812345#7` */
export function formatJobId({ process: { pid, host, startTime, birth }, waits, number }: JobId): string {
  const words = [`${pid}@${host}`, startTime, ...(birth === undefined ? [] : [birth])].join('/');
  return `${waits ? 'waiting in ' : ''}process ${words}#${number}`;
}

/** Undefined for the id of another launcher. */
export function parseJobId(id: string): JobId | undefined {
  const found = /^(waiting in )?process (\d{1,15})@([^/]+)\/(\d{1,15})(?:\/(.+))?#(\d{1,15})$/.exec(id);
  if (found === null) return undefined;
  const [, waits, pid, host, startTime, birth, number] = found;
  const process = {
    host: host!,
    pid: Number(pid),
    startTime: Number(startTime),
    ...(birth === undefined ? {} : { birth }),
  };
  return { process, waits: waits !== undefined, number: Number(number) };
}
