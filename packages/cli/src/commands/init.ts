import { resolve } from 'node:path';
import { ForgeError, flag } from '@forge-ml/core';
import { string } from '@oclif/core/args';
import { scaffold } from '../data/scaffold.js';
import { templateNames } from '../data/write-template.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { ForgeCommand } from '../forge-command.js';
import { renderProject } from '../render/project.js';

const flags = { template: flag.string(null, 'Which project, named after its backend; left out, the first there is.') };

export default class Init extends ForgeCommand {
  static override summary = 'Start a project that trains at once.';
  static override args = { folder: string({ description: 'Where; left out, here.' }) };
  static override flags = oclifFlags(flags);
  static override examples = ['<%= config.bin %> init spirals'];

  async run(): Promise<{ readonly folder: string; readonly template: string; readonly files: readonly string[] }> {
    const { flags: given, words } = await this.read(flags);
    const names = await templateNames('projects');
    const template = given.template ?? names[0]!;
    if (!names.includes(template)) {
      throw new ForgeError('USAGE', `There is no template "${template}".`, {
        about: 'template',
        hint: `There is ${names.join(', ')}.`,
      });
    }
    const folder = resolve(words[0] ?? '.');
    const files = await scaffold(folder, template, this.config.version);
    this.show(renderProject(folder, files));
    return { folder, template, files };
  }
}
