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

const flags = { folder: flag.string(null, 'Where; left out, a folder here with the name of the package.') };

export interface GeneratedPlugin {
  readonly kind: PluginKind;
  readonly name: string;
  readonly package: string;
  readonly folder: string;
  readonly files: readonly string[];
}

/** What the commands that write the package of a plugin share. */
export abstract class GenerateCommand extends ForgeCommand {
  static override args = {
    name: string({ required: true, description: 'What it is called on the command line.' }),
  };
  static override flags = oclifFlags(flags);

  protected abstract readonly kind: PluginKind;

  async run(): Promise<GeneratedPlugin> {
    const { flags: given, words } = await this.read(flags);
    const [name] = words as [string];
    // `runs` of `runs:show`: a command of a plugin with that name would never be reached.
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
