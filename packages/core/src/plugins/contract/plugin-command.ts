import type { FlagSpecs } from '../../config/flags/flag.js';
import type { CommandForge } from './command-forge.js';

/** A command that a plugin adds to `forge`. It returns data and text; the command line prints either. */
export interface PluginCommand {
  /** One line for lists of commands. Put it into the package.json too, under `forge.summaries`. */
  readonly summary: string;
  /** More about it, for its help page. */
  readonly description?: string;
  /** Command lines for its help page: `forge greet Ada`. */
  readonly examples?: readonly string[];
  /** Its positional arguments, in order. */
  readonly words: readonly CommandWord[];
  readonly flags: FlagSpecs;
  /** Names of flags of text that may be given several times: their values are in the request's `lists`. */
  readonly repeatable?: readonly string[];
  /**
   * Runs until its promise settles: then the process ends, whatever still runs in it. A command without a last result
   * returns undefined.
   */
  run(request: CommandRequest): Promise<CommandResult | undefined>;
}

export interface CommandWord {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  /** Whether it takes all remaining words; only the last argument can. Default: false. */
  readonly repeats?: boolean;
}

export interface CommandRequest {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  /** The values of each flag in `repeatable`, in order; empty if it is not given. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** The folder that relative paths are resolved against. */
  readonly directory: string;
  /** Forge with the command line's results folder, backends and readers. */
  readonly forge: CommandForge;
  /**
   * Is aborted by the first Ctrl-C, SIGTERM or closing of the terminal, and when nothing reads the output any more. The
   * command then ends in order. If it returns, the exit status is 0; if it throws `signal.reason`, or an error caused by
   * it, that of the process signal, such as 130. A second signal ends the process at once. For a command that never reads
   * this field, the first one does.
   */
  readonly signal: AbortSignal;
  /**
   * Prints text before the end, or with `--json` the data as a line of JSON. Without data, `--json` prints nothing. After
   * it, the data of the result is a line, too.
   */
  print(text: string, data?: unknown): void;
  /** Prints text on stderr, with `--json` too. */
  notice(text: string): void;
}

export interface CommandResult {
  /** The output of `--json`. */
  readonly data: unknown;
  /** The output without `--json`. */
  readonly text: string;
}
