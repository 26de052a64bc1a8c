import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateLauncher extends GenerateCommand {
  static override summary = 'Create the package of a launcher plugin, which works and passes its tests.';
  static override examples = ['<%= config.bin %> generate launcher abacus'];

  protected readonly kind = 'launcher';
}
