export interface ServerOptions {
  /** The results folders to show. */
  readonly folders: readonly string[];
  readonly port: number;
}
