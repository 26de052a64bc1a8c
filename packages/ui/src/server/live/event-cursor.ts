/** What a page has received of a file. */
export interface FileCursor {
  /** Bytes. */
  offset: number;
  /** Of the file that they are of: a resume that cuts the metrics writes a new one. Undefined if it is not known. */
  inode: number | undefined;
}

/** What a connection has received. */
export interface EventCursor {
  /** By the place of the run among those that are followed. */
  readonly runs: ReadonlyMap<number, FileCursor>;
  readonly log: FileCursor | undefined;
}

/** The id of an event: `0:18342:1234,3:500:77,log:2000:9`. Only what differs from the parameters of the URL. */
export function encodeCursor({ runs, log }: EventCursor): string {
  const parts = [...runs].map(([place, cursor]) => `${place}:${textOf(cursor)}`);
  return [...parts, ...(log === undefined ? [] : [`log:${textOf(log)}`])].join(',');
}

function textOf({ offset, inode }: FileCursor): string {
  return inode === undefined ? String(offset) : `${offset}:${inode}`;
}

/** Parts that are not valid are ignored: then their runs start where the URL says. */
export function decodeCursor(text: string): EventCursor {
  const runs = new Map<number, FileCursor>();
  let log: FileCursor | undefined;
  for (const part of text.split(',')) {
    const match = /^(log|\d{1,4}):(\d{1,15})(?::(\d{1,20}))?$/.exec(part);
    if (match === null) continue;
    const cursor = { offset: Number(match[2]), inode: match[3] === undefined ? undefined : Number(match[3]) };
    if (match[1] === 'log') log = cursor;
    else runs.set(Number(match[1]), cursor);
  }
  return { runs, log };
}
