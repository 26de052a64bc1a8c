import type { BoundedFile } from '../../fs/read-bounded.js';

/** Whether a file of a run may be a symbolic link. */
export type Links = 'follow' | 'refuse';

/** A kind of file that is read with or without links. */
export function withLinks(kind: BoundedFile, links: Links): BoundedFile {
  return links === 'follow' ? kind : { ...kind, link: 'refuse' };
}
