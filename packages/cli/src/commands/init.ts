import { resolve } from 'node:path';
import { ForgeError, flag } from '@forge-ml/core';
import { string } from '@oclif/core/args';
import { scaffold } from '../actions/scaffold.js';
import { projectTemplates } from '../actions/write-template.js';
import { ForgeCommand } from '../base/forge-command.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { renderProject } from '../render/project.js';

const flags = { template: flag.string(null, 'Project template, named after its backend.') };

export default class Init extends ForgeCommand {
  static override summary = 'Create a project that is ready to train.';
  static override args = { folder: string({ description: 'Folder of the project. Default: the current one.' }) };
  static override flags = oclifFlags(flags);
  static override examples = ['<%= config.bin %> init spirals', '<%= config.bin %> init spirals --template BACKEND'];

  async run(): Promise<{ readonly folder: string; readonly template: string; readonly files: readonly string[] }> {
    const { flags: given, words } = await this.read(flags);
    const { names, usual } = await projectTemplates();
    const template = given.template ?? usual;
    if (!names.includes(template)) {
      throw new ForgeError('USAGE', `There is no template "${template}".`, {
        about: 'template',
        hint: `Available: ${names.join(', ')}.`,
      });
    }
    const folder = resolve(words[0] ?? '.');
    const searchFrom = [process.cwd(), this.config.dataDir];
    const files = await scaffold(folder, template, { version: this.config.version, searchFrom });
    this.show(renderProject(folder, files));
    return { folder, template, files };
  }
}
