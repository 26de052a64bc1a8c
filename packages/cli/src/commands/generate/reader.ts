import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateReader extends GenerateCommand {
  static override summary = 'Start a dataset reader of your own: a package that works and passes its tests.';
  static override examples = ['<%= config.bin %> generate reader abacus'];

  protected readonly kind = 'reader';
}
