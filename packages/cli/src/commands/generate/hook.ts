import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateHook extends GenerateCommand {
  static override summary = 'Start a hook of your own: a package that works and passes its tests.';
  static override examples = ['<%= config.bin %> generate hook abacus'];

  protected readonly kind = 'hook';
}
