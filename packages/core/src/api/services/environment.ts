import { watchTime } from '../../run/record/heartbeat.js';
import { printableText } from '../../text/printable.js';

/** Where Forge is used from. */
export interface Environment {
  /** Relative paths, and the search for installed packages, start here. */
  readonly directory: string;
  /**
   * More folders whose package.json names plugins, such as the one the command line installs into. The library has
   * none: what a script needs is a dependency of its project.
   */
  readonly pluginFolders: readonly string[];
  /** Plugins that are used from where they lie, before any other: their packages' folders. */
  readonly linkedPlugins: readonly string[];
  /** The command that installs a missing plugin for whoever asks from here, for hints: `npm install`. */
  readonly installCommand: string;
  /** How long a plugin may take to load, or to make what it brings. */
  readonly pluginSeconds: number;
  /** How long a resume watches whether a process of another host still works on the run, ms. Default: 12,000. */
  readonly watchMs: number;
  /** Command-line arguments that `Forge.config` reads flags from. */
  readonly argv: readonly string[];
  /** Takes a line that a person should see, once. */
  warn(message: string): void;
}

export function defaultEnvironment(): Environment {
  return {
    directory: process.cwd(),
    pluginFolders: [],
    linkedPlugins: [],
    installCommand: 'npm install',
    pluginSeconds: Number(process.env.FORGE_PLUGIN_SECONDS) || 30,
    watchMs: watchTime,
    argv: process.argv.slice(2),
    warn: (message) => process.stderr.write(`Warning: ${printableText(message)}\n`),
  };
}
