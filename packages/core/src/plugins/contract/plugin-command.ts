import type { FlagSpecs } from '../../config/flags/flag.js';
import type { CommandForge } from './command-forge.js';

/** A command that a plugin adds to `forge`. It returns data and text; the command line prints either. */
export interface PluginCommand {
  readonly summary: string;
  /** Its positional arguments, in order. */
  readonly words: readonly { readonly name: string; readonly required: boolean; readonly description: string }[];
  readonly flags: FlagSpecs;
  run(request: CommandRequest): Promise<CommandResult>;
}

export interface CommandRequest {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  /** The folder that relative paths are resolved against. */
  readonly directory: string;
  /** Forge with the command line's results folder, backends and readers. */
  readonly forge: CommandForge;
}

export interface CommandResult {
  /** The output of `--json`. */
  readonly data: unknown;
  /** The output without `--json`. */
  readonly text: string;
}
