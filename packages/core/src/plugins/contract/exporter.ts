/** Writes a checkpoint in another form, for `forge export`. Runs none of the run's code. */
export interface Exporter {
  /** One line, a sentence: what is written. */
  readonly description: string;
  /** @throws ForgeError ABILITY_MISSING where the checkpoint lacks what this format is made of */
  export(request: ExportRequest): Promise<void>;
}

export interface ExportRequest {
  /** A complete checkpoint, its checksums verified. */
  readonly checkpointFolder: string;
  /** The file or the folder to write. It does not exist, in a folder that does. */
  readonly out: string;
}
