import { flag } from '@forge-ml/core';
import { printable } from '@forge-ml/core/text';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { type Updated, updatePlugins } from '../../plugins/update-plugins.js';

const flags = {
  allowScripts: flag.boolean(false, 'Run the install scripts of packages.'),
};

export default class PluginsUpdate extends ForgeCommand {
  static override summary = 'Update the installed plugins to their newest versions.';
  static override flags = oclifFlags(flags);
  static override examples = ['<%= config.bin %> plugins update'];

  async run(): Promise<{ readonly plugins: readonly Updated[] }> {
    const { flags: given } = await this.read(flags);
    const plugins = await updatePlugins(this.config.dataDir, given.allowScripts);
    if (plugins.length === 0) this.show('No plugin was installed with forge plugins install.');
    for (const plugin of plugins) this.show(line(printable(plugin)));
    return { plugins };
  }
}

function line({ name, from, to, refused }: Updated): string {
  if (refused !== null) return `Kept ${name} ${from}: ${refused}`;
  return from === to ? `${name} ${to} is up to date.` : `${name} ${from} → ${to}`;
}
