/** The address of a run in the dashboard: `FOLDER/EXPERIMENT/NUMBER`, such as `results/churn/12`. */
export type RunId = string;

/** The address of a sweep: `FOLDER/NAME`. */
export type SweepId = string;

/** What the dashboard shows. `GET /api/overview` */
export interface Overview {
  /** The results folders, by the short names that ids of runs start with. */
  readonly folders: readonly { readonly name: string; readonly path: string }[];
  /** Whether tags, notes and the trash can be used: `forge ui --allow-edit`. */
  readonly canEdit: boolean;
  readonly version: string;
}

/** The body of every answer that is not 2xx. */
export interface ApiError {
  /** The code of a ForgeError, or of the server: `NOT_FOUND`, `TOO_LARGE`, … */
  readonly code: string;
  readonly message: string;
  /** The next step; null if there is none. */
  readonly hint: string | null;
}
