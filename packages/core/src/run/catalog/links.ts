import type { BoundedFile } from '../../fs/read-bounded.js';

/** Whether a file of a run may be a symbolic link. */
export type Links = 'follow' | 'refuse';

/** A kind of file that is read with or without links: made once, since copying it for each file took time. */
export function withLinks(kind: BoundedFile): Readonly<Record<Links, BoundedFile>> {
  return { follow: kind, refuse: { ...kind, link: 'refuse' } };
}
