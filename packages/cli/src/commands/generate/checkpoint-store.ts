import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateCheckpointStore extends GenerateCommand {
  static override summary = 'Create the package of a checkpoint-store plugin that passes its tests.';
  static override examples = ['<%= config.bin %> generate checkpoint-store abacus'];

  protected readonly kind = 'checkpoint-store';
}
