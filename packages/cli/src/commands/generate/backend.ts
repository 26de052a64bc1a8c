import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateBackend extends GenerateCommand {
  static override summary = 'Create the package of a backend plugin, which trains and passes its tests.';
  static override examples = ['<%= config.bin %> generate backend abacus'];

  protected readonly kind = 'backend';
}
