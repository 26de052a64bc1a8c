/** Where Forge is used from. */
export interface Workplace {
  /** Relative paths, and the search for installed packages, start here. */
  readonly directory: string;
  /** More folders whose package.json names plugins, e.g. where the command line keeps those it installed. */
  readonly pluginFolders: readonly string[];
  /** Command-line arguments that `Forge.config` reads flags from. */
  readonly argv: readonly string[];
  /** Takes a line that a person should see, once. */
  warn(message: string): void;
}

export function defaultWorkplace(): Workplace {
  return {
    directory: process.cwd(),
    pluginFolders: [],
    argv: process.argv.slice(2),
    warn: (message) => process.stderr.write(`Warning: ${message}\n`),
  };
}
