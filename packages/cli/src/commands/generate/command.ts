import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateCommandPlugin extends GenerateCommand {
  static override summary = 'Start a command of your own: a package that works and passes its tests.';
  static override examples = ['<%= config.bin %> generate command abacus'];

  protected readonly kind = 'command';
}
