import type { PluginManifest } from '@forge-ml/core';
import { string } from '@oclif/core/args';
import { problemsOf } from '../../actions/list-plugins.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { linkPlugin } from '../../plugins/link-plugin.js';
import { renderPlugin } from '../../render/plugin.js';
import { colorsFor } from '../../terminal/colors.js';

export default class PluginsLink extends ForgeCommand {
  static override summary = 'Use a plugin from its source folder.';
  static override args = { folder: string({ description: 'Folder of the plugin. Default: the current one.' }) };
  static override examples = ['<%= config.bin %> plugins link ../forge-backend-numeric'];

  async run(): Promise<PluginManifest> {
    const { words } = await this.read({});
    const plugin = await linkPlugin(words[0] ?? '.', process.cwd(), this.config.dataDir);
    this.show(`Linked ${renderPlugin(plugin, colorsFor(process.stdout))}`);
    const { dataDir, commandIDs } = this.config;
    const problems = await problemsOf(plugin, await this.library(), dataDir, commandIDs);
    for (const problem of problems) this.showWarning(problem);
    return plugin;
  }
}
