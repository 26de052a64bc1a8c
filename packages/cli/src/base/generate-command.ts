import { resolve } from 'node:path';
import { flag } from '@forge-ml/core';
import { string } from '@oclif/core/args';
import {
  checkPluginName,
  generatePlugin,
  type PluginKind,
  packageOf,
  pluginKinds,
} from '../actions/generate-plugin.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { renderPackage } from '../render/project.js';
import { ForgeCommand } from './forge-command.js';

const flags = { folder: flag.string(null, 'Folder to write. Default: a new one named after the package.') };

export interface GeneratedPlugin {
  readonly kind: PluginKind;
  readonly name: string;
  readonly package: string;
  readonly folder: string;
  readonly files: readonly string[];
}

/** The base of the commands that generate a plugin. */
export abstract class GenerateCommand extends ForgeCommand {
  static override args = {
    name: string({ required: true, description: 'Name of the plugin on the command line.' }),
  };
  static override flags = oclifFlags(flags);

  protected abstract readonly kind: PluginKind;

  async run(): Promise<GeneratedPlugin> {
    const { flags: given, words } = await this.read(flags);
    const [name] = words as [string];
    // The first word of each command, e.g. `runs` of `runs:show`: a plugin's command of that name would be unreachable.
    checkPluginName(
      this.kind,
      name,
      this.config.commandIDs.map((id) => id.split(':')[0]!),
    );
    const folder = resolve(given.folder ?? packageOf(this.kind, name));
    const searchFrom = [process.cwd(), this.config.dataDir];
    const files = await generatePlugin(this.kind, name, folder, { version: this.config.version, searchFrom });
    this.show(renderPackage(folder, files, pluginKinds[this.kind](name)));
    return { kind: this.kind, name, package: packageOf(this.kind, name), folder, files };
  }
}
