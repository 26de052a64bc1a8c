/** Where some bytes of a file are. */
export interface FilePlace {
  readonly offset: number;
  readonly length: number;
}
