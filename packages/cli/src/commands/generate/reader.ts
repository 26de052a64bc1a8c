import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateReader extends GenerateCommand {
  static override summary = 'Create the package of a dataset-reader plugin, which works and passes its tests.';
  static override examples = ['<%= config.bin %> generate reader abacus'];

  protected readonly kind = 'reader';
}
