import { checkpointAddressOf, ForgeError, findRun, flag, runFlags } from '@forge-ml/core';
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
    'Build the model with the code stored in the run; --no-code runs what the checkpoint holds.',
  ),
  batchSize: flag.integer(null, 'Examples at a time; left out, all at once.', { min: 1 }),
  engine: flag.string(null, "The engine to predict on; left out, the run's."),
  force: flag.boolean(false, 'Replace a file that is there.'),
  trustCode: flag.boolean(false, "Run the run's code though it differs from what the run was made with."),
  resultsDir: runFlags.resultsDir,
};

export default class Predict extends ForgeCommand {
  static override summary = "Run a run's model on the arrays in a file.";
  static override args = {
    run: string({ description: 'An experiment (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> predict digits-cnn --data images.safetensors --out logits.safetensors',
    '<%= config.bin %> predict digits-cnn/2 --step 500 --no-code --data images.safetensors --out logits.safetensors',
  ];

  async run(): Promise<Prediction> {
    const { flags: given, words } = await this.read(flags);
    if (given.trustCode && !given.code) {
      throw new ForgeError('USAGE', '--trust-code has no effect with --no-code, which runs no code of the run.', {
        about: 'trustCode',
        hint: 'Leave one of them out.',
      });
    }
    const data = requiredFlag(given.data, 'data', 'FILE.safetensors', 'predict');
    const out = requiredFlag(given.out, 'out', 'FILE.safetensors', 'predict');
    const forge = await this.library();
    const { engine, code, trustCode, batchSize, force } = given;
    const checkpoint = checkpointAddressOf(given);
    const prediction = await predictWith(forge, {
      run: await findRun(words[0]!, await forge.resultsFolder()),
      checkpoint,
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
