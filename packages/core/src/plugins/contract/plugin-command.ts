import type { FlagSpecs } from '../../config/flags/flag.js';
import type { CommandForge } from './command-forge.js';

/** A command that a plugin adds to `forge`. It returns data; the command line shows it, or prints it with `--json`. */
export interface PluginCommand {
  readonly summary: string;
  /** The words it takes after its name, in order. */
  readonly words: readonly { readonly name: string; readonly required: boolean; readonly description: string }[];
  readonly flags: FlagSpecs;
  run(request: CommandRequest): Promise<CommandResult>;
}

export interface CommandRequest {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  /** The folder that relative paths start from. */
  readonly directory: string;
  /** Forge as the command line has it: its results folder, and every backend and reader that is installed for it. */
  readonly forge: CommandForge;
}

export interface CommandResult {
  /** What `--json` prints. */
  readonly data: unknown;
  /** What a person reads. */
  readonly text: string;
}
