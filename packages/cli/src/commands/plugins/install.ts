import { flag } from '@forge-ml/core';
import { printableText } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { problemsOf } from '../../actions/list-plugins.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { type Installed, installPlugin } from '../../plugins/install-plugin.js';
import { renderPlugin } from '../../render/plugin.js';
import { colorsFor } from '../../terminal/colors.js';

const flags = {
  allowScripts: flag.boolean(false, 'Run the install scripts of packages.'),
};

export default class PluginsInstall extends ForgeCommand {
  static override summary = 'Install a plugin for the forge command.';
  static override aliases = ['plugins:add'];
  static override args = {
    plugin: string({ description: 'Package name, tarball, folder or git URL.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> plugins install forge-backend-numeric',
    '<%= config.bin %> plugins install ./forge-backend-numeric-1.0.0.tgz',
    '<%= config.bin %> plugins install git+https://example.org/forge-backend-numeric.git',
  ];

  async run(): Promise<Installed> {
    const { flags: given, words } = await this.read(flags);
    const [word = ''] = words;
    const installed = await installPlugin({ word, directory: process.cwd(), ...given }, this.config.dataDir);
    const { plugin, scriptsNotRun } = installed;
    this.show(`Installed ${renderPlugin(plugin, colorsFor(process.stdout))}`);
    const { dataDir, commandIDs } = this.config;
    const problems = await problemsOf(plugin, await this.library(), dataDir, commandIDs);
    for (const problem of problems) this.showWarning(problem);
    if (scriptsNotRun.length > 0)
      this.show(`Not run: the scripts of ${scriptsNotRun.map(printableText).join(', ')}. --allow-scripts runs them.`);
    return installed;
  }
}
