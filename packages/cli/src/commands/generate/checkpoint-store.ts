import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateCheckpointStore extends GenerateCommand {
  static override summary = 'Start a checkpoint store of your own: a package that works and passes its tests.';
  static override examples = ['<%= config.bin %> generate checkpoint-store abacus'];

  protected readonly kind = 'checkpoint-store';
}
