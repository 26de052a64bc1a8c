import type { RunRecord } from './run-record.js';

/**
 * The training time of a run in seconds: from its start to its end, or until now while it is running, without the pauses
 * before a resume. A pause counts if its start is unknown, as in runs of older versions of Forge.
 * @param status as shown: the end of a crashed run is unknown
 * @returns null if the end is unknown
 */
export function runSeconds(
  { created, ended, resumes }: Pick<RunRecord, 'created' | 'ended' | 'resumes'>,
  status: string,
  now = Date.now(),
): number | null {
  const end = status === 'running' ? now : ended === null ? Number.NaN : Date.parse(ended);
  let trained = 0;
  let since = Date.parse(created);
  for (const { time, stopped } of resumes) {
    if (stopped === undefined) continue;
    trained += Date.parse(stopped) - since;
    since = Date.parse(time);
  }
  const seconds = (trained + end - since) / 1000;
  // Negative if the clock was set back.
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
