import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateSink extends GenerateCommand {
  static override summary = 'Create the package of a metric-sink plugin, which works and passes its tests.';
  static override examples = ['<%= config.bin %> generate sink abacus'];

  protected readonly kind = 'sink';
}
