import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateCommandPlugin extends GenerateCommand {
  static override summary = 'Create the package of a command plugin, which works and passes its tests.';
  static override examples = ['<%= config.bin %> generate command abacus'];

  protected readonly kind = 'command';
}
