import { ForgeError, findRun, flag } from '@forge-ml/core';
import { checkpointAddressOf, runFlags } from '@forge-ml/core/cli';
import { string } from '@oclif/core/args';
import { type Prediction, predictWith } from '../actions/prediction.js';
import { ForgeCommand } from '../base/forge-command.js';
import { checkpointFlags } from '../flags/checkpoint-flags.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { requiredFlag } from '../flags/required-flag.js';
import { renderPrediction } from '../render/prediction.js';
import { colorsFor } from '../terminal/colors.js';

const flags = {
  data: flag.string(null, 'A safetensors file with the arrays that the model reads, by name, examples first.'),
  out: flag.string(null, 'The safetensors file to write.'),
  ...checkpointFlags,
  code: flag.boolean(
    true,
    'Build the model with the stored code of the run; --no-code runs the model in the checkpoint instead.',
  ),
  batchSize: flag.integer(null, 'Examples per batch. Default: all at once.', { min: 1 }),
  engine: flag.string(null, "Engine to predict on. Default: the run's."),
  force: flag.boolean(false, 'Overwrite an existing file.'),
  trustCode: flag.boolean(false, "Run the run's stored code even if it was modified."),
  resultsDir: runFlags.resultsDir,
};

export default class Predict extends ForgeCommand {
  static override summary = "Run a run's model on the arrays in a file.";
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> predict digits-cnn --data images.safetensors --out logits.safetensors',
    '<%= config.bin %> predict digits-cnn --no-code --data in.safetensors --out y.safetensors',
  ];

  async run(): Promise<Prediction> {
    const { flags: given, words } = await this.read(flags);
    if (given.trustCode && !given.code) {
      throw new ForgeError('USAGE', '--trust-code has no effect with --no-code, which runs no code of the run.', {
        about: 'trustCode',
        hint: 'Omit one of them.',
      });
    }
    const data = requiredFlag(given.data, 'data', 'FILE.safetensors', 'predict');
    const out = requiredFlag(given.out, 'out', 'FILE.safetensors', 'predict');
    const forge = await this.library();
    const { engine, code, trustCode, batchSize, weights, force } = given;
    const checkpoint = checkpointAddressOf(given);
    const prediction = await predictWith(forge, {
      run: await findRun(words[0]!, await forge.resultsFolder()),
      checkpoint,
      weights,
      engine: engine ?? undefined,
      data,
      out,
      code,
      trustCode,
      batchSize: batchSize ?? undefined,
      force,
    });
    this.show(renderPrediction(prediction, colorsFor(process.stdout)));
    return prediction;
  }
}
