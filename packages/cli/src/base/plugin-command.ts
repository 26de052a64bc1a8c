import type { CommandRequest, PluginCommand } from '@forge-ml/core/plugin';
import { printableLines } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import type { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/interfaces';
import { oclifFlags } from '../flags/oclif-flags.js';
import { commandsOfPlugins } from '../plugins/announced-commands.js';
import { reserveStdout } from '../process/reserve-stdout.js';
import { toJson } from '../terminal/json.js';
import { ForgeCommand } from './forge-command.js';

/** A plugin's command, ready to run. */
export interface FoundCommand {
  run(argv: readonly string[], config: Config): Promise<unknown>;
  /** The source of its help page. */
  readonly page: Command.Loadable;
}

/**
 * Finds a command of the project's plugins or of the installed ones.
 * @param id oclif's form, `topic:name`; if spaces were typed it also contains the following words, `topic:name:word`
 */
export async function findPluginCommand(id: string, config: Config): Promise<FoundCommand | undefined> {
  const parts = id.split(':');
  const announced = await commandsOfPlugins(config.dataDir);
  if (!announced.some((command) => id === command.id || id.startsWith(`${command.id}:`))) return undefined;
  const { openLibrary } = await import('../plugins/open-library.js');
  const { commands } = await openLibrary(config.dataDir);
  for (let length = parts.length; length > 0; length--) {
    const name = parts.slice(0, length).join(':');
    const command = await commands.find(name);
    if (command === undefined) continue;
    const Wrapped = asForgeCommand(name, command);
    const words = parts.slice(length);
    return {
      run: (argv, configuration) => Wrapped.run([...words, ...argv], configuration),
      page: Wrapped as unknown as Command.Loadable,
    };
  }
  return undefined;
}

/** The ids of all commands, those of plugins included. Loads no plugin. */
export async function everyCommand(config: Config): Promise<string[]> {
  const announced = await commandsOfPlugins(config.dataDir);
  return [...config.commandIDs, ...announced.map(({ id }) => id)];
}

/** Adds to a plugin's command what every command has: flags in any spelling, `--json` and error reports. */
function asForgeCommand(id: string, command: PluginCommand) {
  const words = command.words.map(({ name, repeats, ...word }) => {
    return [name, Object.assign(string({ ...word, multiple: repeats === true }), { name })];
  });
  const flags = oclifFlags(command.flags, command.repeatable);
  // oclif sets the names when it loads a command from a file, which this is not.
  for (const [name, flag] of Object.entries(flags)) Object.assign(flag, { name });
  return class extends ForgeCommand {
    static override id = id;
    static override summary = command.summary;
    static override description = command.description;
    static override examples = [...(command.examples ?? [])];
    static override args = Object.fromEntries(words);
    static override flags = flags;
    static override strict = false;

    async run(): Promise<unknown> {
      const line = await this.read(command.flags, command.repeatable);
      // Imported here, because a help page needs no library.
      const { CommandStop } = await import('./command-stop.js');
      const stop = new CommandStop();
      const request: CommandRequest = {
        ...line,
        directory: process.cwd(),
        forge: await this.library(),
        get signal() {
          return stop.signal;
        },
        print: (text, data) => this.print(text, data),
        notice: (text) => void process.stderr.write(`${printableLines(text)}\n`),
      };
      try {
        const result = await command.run(request);
        if (result !== undefined) this.show(result.text);
        return result?.data;
      } catch (error) {
        const status = stop.statusOf(error);
        if (status === 0) return undefined;
        this.failureStatus = status;
        throw status === undefined ? error : stop.reason;
      } finally {
        stop.release();
      }
    }

    /** Whether `--json` printed data before the end: all of it is then JSON Lines. */
    private printedLines = false;

    private print(text: string, data: unknown): void {
      this.show(text);
      if (!this.jsonEnabled() || data === undefined) return;
      this.printedLines = true;
      this.logJson(data);
      // What the command writes otherwise still goes to stderr.
      this.releaseStdout = reserveStdout();
    }

    protected override logJson(value: unknown): void {
      this.releaseStdout();
      process.stdout.write(`${toJson(value, this.printedLines ? 0 : 2)}\n`);
    }
  };
}
