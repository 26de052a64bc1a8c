import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateLauncher extends GenerateCommand {
  static override summary = 'Start a launcher of your own: a package that works and passes its tests.';
  static override examples = ['<%= config.bin %> generate launcher abacus'];

  protected readonly kind = 'launcher';
}
