import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { removePlugin } from '../../plugins/remove-plugin.js';

export default class PluginsUninstall extends ForgeCommand {
  static override summary = 'Remove an installed or linked plugin.';
  static override aliases = ['plugins:unlink', 'plugins:remove'];
  static override args = {
    plugin: string({ description: 'Name of the plugin, or its linked folder.', required: true }),
  };
  static override examples = ['<%= config.bin %> plugins uninstall forge-backend-numeric'];

  async run(): Promise<{ readonly name: string; readonly linked: boolean }> {
    const { words } = await this.read({});
    const removed = await removePlugin(words[0]!, process.cwd(), this.config.dataDir);
    this.show(removed.linked ? `Unlinked ${removed.name}; its folder is unchanged.` : `Removed ${removed.name}.`);
    return removed;
  }
}
