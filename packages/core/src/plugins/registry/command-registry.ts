import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import type { CommandRequest, CommandResult, PluginCommand } from '../contract/plugin-command.js';
import { labelOf } from '../discovery/plugin-manifest.js';
import { checkReturned } from '../host/check-provided.js';
import type { PluginHost } from '../host/plugin-host.js';

/** Finds the commands that plugins add to `forge`; loads a plugin only when its command is needed. */
export class CommandRegistry {
  constructor(private readonly plugins: PluginHost) {}

  /** The command of that name, `topic:name`; undefined if no installed plugin declares it. */
  async find(id: string): Promise<PluginCommand | undefined> {
    const plugin = await this.plugins.announcing('commands', id);
    if (plugin === undefined) return undefined;
    const command = await (await this.plugins.provider(plugin, 'commands', id))();
    const what = `the command ${id.replaceAll(':', ' ')} of ${labelOf(plugin)}`;
    const run: PluginCommand['run'] = (request) => runCommand(what, command, request);
    return Object.create(command, { run: { value: run } });
  }
}

/** @param what the command's name in messages */
async function runCommand(
  what: string,
  command: PluginCommand,
  request: CommandRequest,
): Promise<CommandResult | undefined> {
  let result: CommandResult | undefined;
  try {
    result = await command.run(request);
  } catch (error) {
    if (isForgeError(error)) throw error;
    const message = `${what.replace(/^t/, 'T')} failed: ${messageOf(error)}`;
    throw new ForgeError('PLUGIN_INVALID', message, { about: what, cause: error });
  }
  if (result !== undefined) checkReturned('commandResult', `what ${what} returned`, result);
  return result;
}
