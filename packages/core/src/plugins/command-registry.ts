import type { PluginCommand } from './plugin-command.js';
import type { PluginHost } from './plugin-host.js';

/** Finds the commands that plugins add to `forge`; loads a plugin only when its command is asked for. */
export class CommandRegistry {
  constructor(private readonly plugins: PluginHost) {}

  /** The command of that name, `topic:name`; undefined where no installed plugin announces it. */
  async find(id: string): Promise<PluginCommand | undefined> {
    const plugin = await this.plugins.announcing('commands', id);
    if (plugin === undefined) return undefined;
    return (await this.plugins.provider(plugin, 'commands', id))();
  }

  /** Every command that the installed plugins announce. */
  ids(): Promise<string[]> {
    return this.plugins.names('commands');
  }
}
