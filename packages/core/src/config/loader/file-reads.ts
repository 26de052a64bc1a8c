/** A file that the `load` of a config read. */
export interface FileRead {
  /** The absolute path. */
  readonly path: string;
  /** The function that read it: `openDataset`. */
  readonly by: string;
  /** The absolute path of the file that refers to it: if a run stores that file, it also needs this one. */
  readonly partOf?: string;
}
