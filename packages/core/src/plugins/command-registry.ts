import { ForgeError } from '../errors/forge-error.js';
import { COMMAND, type PluginCommand } from './plugin.js';
import type { PluginHost } from './plugin-host.js';

/** Finds the commands that plugins add to `forge`; loads a plugin only when its command is asked for. */
export class CommandRegistry {
  constructor(private readonly plugins: PluginHost) {}

  /** The command of that name, `topic:name`; undefined where no installed plugin announces it. */
  async find(id: string): Promise<PluginCommand | undefined> {
    const plugin = (await this.plugins.all()).find(({ commands }) => commands.includes(id));
    if (plugin === undefined) return undefined;
    const command = (await this.plugins.registered(plugin, COMMAND)).find((candidate) => candidate.id === id);
    if (command !== undefined) return command;
    throw new ForgeError('PLUGIN_INVALID', `${plugin.package} announces the command ${id} but does not register it.`, {
      about: id,
    });
  }

  /** Every command that the installed plugins announce. */
  async ids(): Promise<string[]> {
    return (await this.plugins.all()).flatMap(({ commands }) => commands);
  }
}
