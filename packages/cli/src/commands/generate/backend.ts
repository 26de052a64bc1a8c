import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateBackend extends GenerateCommand {
  static override summary = 'Start a backend of your own: a package that trains and passes its tests.';
  static override examples = ['<%= config.bin %> generate backend abacus'];

  protected readonly kind = 'backend';
}
