import { GenerateCommand } from '../../base/generate-command.js';

export default class GenerateSampler extends GenerateCommand {
  static override summary = 'Create the package of a sampler plugin, which works and passes its tests.';
  static override examples = ['<%= config.bin %> generate sampler abacus'];

  protected readonly kind = 'sampler';
}
