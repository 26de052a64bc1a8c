import type { Variables } from '../../config/flags/environment-flags.js';
import { watchTime } from '../../run/record/heartbeat.js';
import { printableText } from '../../text/printable.js';

/** What Forge reads of the process that uses it. */
export interface Environment {
  /** Relative paths, and the search for installed packages, start here. */
  readonly directory: string;
  /**
   * More folders whose package.json names plugins, such as the command line's own. The library has none: what a
   * script needs is a dependency of its project.
   */
  readonly pluginFolders: readonly string[];
  /** Folders of linked plugins' packages, which win over installed ones. */
  readonly linkedPlugins: readonly string[];
  /**
   * The folder of the program's own package, such as the command line's: plugins that it depends on come with it. The
   * library has none.
   */
  readonly programFolder: string | undefined;
  /** The command that installs a missing plugin, for hints: `npm install`. */
  readonly installCommand: string;
  /** How long a plugin may take to load, or to create what it provides, s. */
  readonly pluginSeconds: number;
  /** How long a resume watches whether a process of another host still trains the run, ms. Default: 12,000. */
  readonly watchMs: number;
  /** Command-line arguments that `Forge.config` reads flags from. */
  readonly argv: readonly string[];
  /** Environment variables: those that begin with `FORGE_FLAG_` set flags. */
  readonly env: Variables;
  /** Shows a line to the user, once. */
  warn(message: string): void;
}

export function defaultEnvironment(): Environment {
  return {
    directory: process.cwd(),
    pluginFolders: [],
    linkedPlugins: [],
    programFolder: undefined,
    installCommand: 'npm install',
    pluginSeconds: Number(process.env.FORGE_PLUGIN_SECONDS) || 30,
    watchMs: watchTime,
    argv: process.argv.slice(2),
    env: process.env,
    warn: (message) => process.stderr.write(`Warning: ${printableText(message)}\n`),
  };
}
