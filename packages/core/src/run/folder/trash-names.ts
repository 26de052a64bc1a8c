/** In an experiment's folder, and in the results folder: which numbers were used. */
export const marksName = '.numbers';

/** In the results folder: `<experiment>/<number>-<time>/` for each removed run. */
export const trashName = '.trash';

/** Before the name of an entry whose files are being deleted: it is no longer whole. */
const purgingPrefix = '.purging-';

export interface TrashEntryName {
  readonly number: number;
  /** When the run was removed. */
  readonly removed: Date;
}

/** `12-20301231T235959123Z`: the run's number, and when it was removed, UTC. */
export function trashEntryName(number: number, removed: Date): string {
  return `${number}-${removed.toISOString().replace(/[-:.]/g, '')}`;
}

/** Undefined for another name, and for an entry that is being deleted. */
export function parseTrashEntry(name: string): TrashEntryName | undefined {
  const match = /^([1-9]\d{0,14})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/.exec(name);
  if (match === null) return undefined;
  const [, number, year, month, day, hour, minute, second, ms] = match;
  const removed = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(removed.getTime()) ? undefined : { number: Number(number), removed };
}

export function purgingName(entry: string): string {
  return `${purgingPrefix}${entry}`;
}

/** The entry that a name of `purgingName` is for; undefined for other names. */
export function parsePurging(name: string): TrashEntryName | undefined {
  return name.startsWith(purgingPrefix) ? parseTrashEntry(name.slice(purgingPrefix.length)) : undefined;
}
