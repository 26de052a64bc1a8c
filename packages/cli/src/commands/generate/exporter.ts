import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateExporter extends GenerateCommand {
  static override summary = 'Create the package of an export-format plugin, which works and passes its tests.';
  static override examples = ['<%= config.bin %> generate exporter abacus'];

  protected readonly kind = 'exporter';
}
