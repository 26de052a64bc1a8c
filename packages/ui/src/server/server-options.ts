export interface ServerOptions {
  /** The results folders to show. */
  readonly folders: readonly string[];
  /** Null: 6464, or the next free one. */
  readonly port: number | null;
  /** The address to listen on. One that others can reach needs a token. Default: this machine only. */
  readonly host?: string | null;
  /** Whether tags, notes and the trash can be used. */
  readonly allowEdit?: boolean;
}
