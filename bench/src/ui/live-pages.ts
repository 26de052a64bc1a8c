import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../benchmark.js';
import type { ServerProcess } from './server-process.js';

const pages = 50;
const runs = 4;
const pointsPerSecond = 10;
const seconds = 10;

export interface LiveFigures {
  /** Of one core. */
  readonly cpuShare: number;
  readonly idleShare: number;
  /** From the write of a line until a page has it, ms. */
  readonly medianDelay: number;
  readonly longestDelay: number;
  readonly bytesPerPoint: number;
  readonly idleBytes: number;
}

/** 50 open pages follow 4 runs, each of which logs 10 points a second. */
export async function livePages(server: ServerProcess, results: string): Promise<LiveFigures> {
  const files = Array.from({ length: runs }, (_, at) => join(results, 'live', String(at + 1), 'metrics.jsonl'));
  const ids = files.map((_, at) => `results/live/${at + 1}`).join(',');
  const delays: number[] = [];
  let bytes = 0;
  const open: IncomingMessage[] = [];
  for (let page = 0; page < pages; page++) {
    const url = `${server.url}api/events?runs=${ids}&cursor=${files.map((file) => readFileSync(file).length).join(',')}`;
    const stream = await new Promise<IncomingMessage>((resolve) => get(url, resolve));
    open.push(stream);
    stream.setEncoding('utf8').on('data', (text: string) => {
      bytes += text.length;
      const now = Date.now();
      if (page === 0) for (const [, time] of text.matchAll(/"time":\[(\d+)/g)) delays.push(now - Number(time));
    });
  }
  await delay(3_000);
  const [idleCpu, idleBytes] = [server.cpu, bytes];
  await delay(5_000);
  const idle = { share: (server.cpu - idleCpu) / 5_000, bytes: bytes - idleBytes };
  const [before, bytesBefore] = [server.cpu, bytes];
  const count = seconds * pointsPerSecond;
  const start = performance.now();
  for (let step = 1; step <= count; step++) {
    const line = { step, epoch: 0, time: Date.now(), split: 'train', values: { loss: 1 / step } };
    for (const file of files) appendFileSync(file, `${JSON.stringify(line)}\n`);
    await delay(Math.max(0, start + (step * 1000) / pointsPerSecond - performance.now()));
  }
  const elapsed = performance.now() - start;
  const cpuShare = (server.cpu - before) / elapsed;
  await delay(500);
  for (const stream of open) stream.destroy();
  return {
    cpuShare,
    idleShare: idle.share,
    medianDelay: median(delays),
    longestDelay: Math.max(...delays),
    bytesPerPoint: (bytes - bytesBefore) / (pages * runs * count),
    idleBytes: idle.bytes,
  };
}

/** Runs that are recorded as running on another host. @param template the `run.json` of any run */
export function writeLiveRuns(results: string, template: string): void {
  const record = JSON.parse(readFileSync(template, 'utf8'));
  for (let number = 1; number <= runs; number++) {
    const folder = join(results, 'live', String(number));
    mkdirSync(folder, { recursive: true });
    const change = { experiment: 'live', number, status: 'running', ended: null };
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, ...change }));
    writeFileSync(join(folder, 'metrics.jsonl'), '');
  }
}
