import type { RunRecord } from './run-record.js';

/**
 * How long a run has been worked on, in seconds: from its start to its end, or until now while it runs, without the
 * pauses between a stop and the resume after it. Where an older Forge did not note when it had stopped, that pause
 * counts too.
 * @param status as it is shown: the end of a crashed run is unknown
 * @returns null where the end is unknown
 */
export function runSeconds(
  { created, ended, resumes }: Pick<RunRecord, 'created' | 'ended' | 'resumes'>,
  status: string,
  now = Date.now(),
): number | null {
  const end = status === 'running' ? now : ended === null ? Number.NaN : Date.parse(ended);
  let worked = 0;
  let since = Date.parse(created);
  for (const { time, stopped } of resumes) {
    if (stopped === undefined) continue;
    worked += Date.parse(stopped) - since;
    since = Date.parse(time);
  }
  const seconds = (worked + end - since) / 1000;
  // A clock that was set back may give anything.
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
