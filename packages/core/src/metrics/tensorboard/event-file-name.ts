const pattern = /^events\.out\.tfevents\.(\d+)\./;

/**
 * A name for the next event file of a folder. TensorBoard reads the files of a folder in the order of their names and
 * does not come back to an earlier one, so the number is past every one there, even where a clock was set back.
 * @param present the names in the folder.
 * @param seconds now, in seconds since the Unix epoch.
 */
export function nextEventFileName(present: readonly string[], seconds: number, host: string): string {
  const taken = present.map((name) => Number(pattern.exec(name)?.[1] ?? 0));
  const number = taken.reduce((highest, other) => Math.max(highest, other + 1), Math.floor(seconds));
  const safeHost = host.replace(/[^\w.-]/g, '-');
  return `events.out.tfevents.${String(number).padStart(10, '0')}.${safeHost}`;
}
