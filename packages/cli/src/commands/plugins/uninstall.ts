import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { removePlugin } from '../../plugins/remove-plugin.js';

export default class PluginsUninstall extends ForgeCommand {
  static override summary = 'Remove a plugin that was installed or linked.';
  static override aliases = ['plugins:unlink', 'plugins:remove'];
  static override args = {
    plugin: string({ description: 'Its name, or the folder it was linked from.', required: true }),
  };
  static override examples = ['<%= config.bin %> plugins uninstall forge-backend-numeric'];

  async run(): Promise<{ readonly name: string; readonly linked: boolean }> {
    const { words } = await this.read({});
    const removed = await removePlugin(words[0]!, process.cwd(), this.config.dataDir);
    this.show(removed.linked ? `Unlinked ${removed.name}; its folder is as it was.` : `Removed ${removed.name}.`);
    return removed;
  }
}
