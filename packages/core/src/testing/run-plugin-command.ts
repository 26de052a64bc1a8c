import type { CommandRequest, PluginCommand } from '../plugins/contract/plugin-command.js';

/** What a command printed, and its result: of one without a result, empty text and undefined. */
export interface CommandOutput {
  readonly text: string;
  readonly data: unknown;
  readonly printed: readonly { readonly text: string; readonly data: unknown }[];
  readonly notices: readonly string[];
}

/**
 * Runs a plugin's command as the command line does, for its tests: flags have their defaults, and nothing is printed.
 * @param given what differs; `signal` is never aborted by default
 */
export async function runPluginCommand(
  command: PluginCommand,
  { flags = {}, ...given }: Pick<CommandRequest, 'forge'> & Partial<CommandRequest>,
): Promise<CommandOutput> {
  const defaults = Object.entries(command.flags).map(([name, { default: value }]) => [name, value]);
  const printed: { text: string; data: unknown }[] = [];
  const notices: string[] = [];
  const result = await command.run({
    words: [],
    lists: Object.fromEntries((command.repeatable ?? []).map((name) => [name, []])),
    directory: process.cwd(),
    signal: new AbortController().signal,
    print: (text, data) => void printed.push({ text, data }),
    notice: (text) => void notices.push(text),
    flags: { ...Object.fromEntries(defaults), ...flags },
    ...given,
  });
  return { text: '', data: undefined, ...result, printed, notices };
}
