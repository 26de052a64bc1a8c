import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateSink extends GenerateCommand {
  static override summary = 'Start a metric sink of your own: a package that works and passes its tests.';
  static override examples = ['<%= config.bin %> generate sink abacus'];

  protected readonly kind = 'sink';
}
