import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateHook extends GenerateCommand {
  static override summary = 'Create the package of a hook plugin, which works and passes its tests.';
  static override examples = ['<%= config.bin %> generate hook abacus'];

  protected readonly kind = 'hook';
}
