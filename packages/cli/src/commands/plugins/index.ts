import { type ListedPlugin, listedPlugins } from '../../actions/list-plugins.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { renderPluginList } from '../../render/plugin.js';
import { colorsFor } from '../../terminal/colors.js';
import { columnsOf } from '../../terminal/terminal-width.js';

export default class Plugins extends ForgeCommand {
  static override summary = 'List the plugins found from here, and what each provides.';
  static override examples = ['<%= config.bin %> plugins', '<%= config.bin %> plugins --json'];

  async run(): Promise<{ readonly plugins: readonly ListedPlugin[] }> {
    await this.read({});
    const plugins = await listedPlugins(await this.library(), this.config.dataDir, this.config.commandIDs);
    const { stdout } = process;
    if (plugins.length > 0) this.show(renderPluginList(plugins, colorsFor(stdout), columnsOf(stdout)));
    else this.show('No plugin is found.\nInstall one: forge plugins install PACKAGE, or npm install PACKAGE here.');
    return { plugins };
  }
}
