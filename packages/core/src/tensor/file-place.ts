/** A range of bytes in a file. */
export interface FilePlace {
  readonly offset: number;
  readonly length: number;
}
