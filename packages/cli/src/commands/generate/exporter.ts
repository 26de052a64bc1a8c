import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateExporter extends GenerateCommand {
  static override summary = 'Start an export format of your own: a package that works and passes its tests.';
  static override examples = ['<%= config.bin %> generate exporter abacus'];

  protected readonly kind = 'exporter';
}
