import { string } from '@oclif/core/args';
import { type InspectedPlugin, inspectPlugin } from '../../actions/inspect-plugin.js';
import { listedPlugins } from '../../actions/list-plugins.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { renderInspectedPlugin } from '../../render/plugin.js';
import { colorsFor } from '../../terminal/colors.js';

export default class PluginsInspect extends ForgeCommand {
  static override summary = 'Show where a plugin is, what it provides and what it depends on.';
  static override args = { plugin: string({ description: 'Name of the plugin.', required: true }) };
  static override examples = ['<%= config.bin %> plugins inspect forge-backend-numeric'];

  async run(): Promise<InspectedPlugin> {
    const { words } = await this.read({});
    const plugins = await listedPlugins(await this.library(), this.config.dataDir, this.config.commandIDs);
    const plugin = await inspectPlugin(words[0]!, plugins, this.config.dataDir);
    this.show(renderInspectedPlugin(plugin, colorsFor(process.stdout)));
    return plugin;
  }
}
