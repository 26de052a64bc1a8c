import { type ListedPlugin, listedPlugins } from '../../data/list-plugins.js';
import { ForgeCommand } from '../../forge-command.js';
import { colorsFor } from '../../render/colors.js';
import { renderPluginList } from '../../render/plugin.js';

export default class Plugins extends ForgeCommand {
  static override summary = 'List the plugins that are found here, and what each brings.';
  static override examples = ['<%= config.bin %> plugins', '<%= config.bin %> plugins --json'];

  async run(): Promise<{ readonly plugins: readonly ListedPlugin[] }> {
    await this.read({});
    const plugins = await listedPlugins(await this.library(), this.config.dataDir, this.config.commandIDs);
    if (plugins.length > 0) this.show(renderPluginList(plugins, colorsFor(process.stdout)));
    else this.show('No plugin is found.\nInstall one: forge plugins install PACKAGE, or npm install PACKAGE here.');
    return { plugins };
  }
}
