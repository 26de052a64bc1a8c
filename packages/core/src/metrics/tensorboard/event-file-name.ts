const pattern = /^events\.out\.tfevents\.(\d+)\./;

/**
 * The name of the next event file in a folder. TensorBoard reads files in the order of their names and never returns to
 * an earlier one, so the number is higher than every existing one, even after the clock was set back.
 * @param present the names in the folder.
 * @param seconds now, in seconds since the Unix epoch.
 */
export function nextEventFileName(present: readonly string[], seconds: number, host: string): string {
  const used = present.map((name) => Number(pattern.exec(name)?.[1] ?? 0));
  const number = used.reduce((highest, other) => Math.max(highest, other + 1), Math.floor(seconds));
  const safeHost = host.replace(/[^\w.-]/g, '-');
  return `events.out.tfevents.${String(number).padStart(10, '0')}.${safeHost}`;
}
