/** A file that the `load` of a config read. */
export interface FileRead {
  /** Absolute. */
  readonly path: string;
  /** What read it: `openDataset`. */
  readonly by: string;
  /** The file that refers to it, absolute: stored with a run, it needs this one beside it. */
  readonly partOf?: string;
}
