import { ForgeError, findRun, flag } from '@forge-ml/core';
import { checkpointAddressOf, runFlags } from '@forge-ml/core/cli';
import { nameList } from '@forge-ml/core/flags';
import { formatCount } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { type Prediction, predictWith } from '../actions/prediction.js';
import type { RowPrediction } from '../actions/row-prediction.js';
import { ForgeCommand } from '../base/forge-command.js';
import { checkpointFlags } from '../flags/checkpoint-flags.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { requiredFlag } from '../flags/required-flag.js';
import { renderPrediction, renderRowPrediction } from '../render/prediction.js';
import { colorsFor } from '../terminal/colors.js';

const flags = {
  data: flag.string(
    null,
    'A file of raw rows, such as .csv or .jsonl, or a folder of images; or a .safetensors file with the arrays that the model reads, examples first.',
  ),
  out: flag.string(null, 'The file to write: .csv or .jsonl for rows, .safetensors for arrays.'),
  format: flag.string(null, 'The reader of the rows, such as csv. Default: by the name of the file.'),
  keep: flag.string(null, 'Columns of the file to copy in front of the predictions, as text, separated by commas.'),
  ...checkpointFlags,
  code: flag.boolean(
    true,
    'Build the model with the stored code of the run; --no-code runs the model in the checkpoint instead.',
  ),
  batchSize: flag.integer(null, 'Examples per batch. Default: 256 rows; all arrays at once.', { min: 1 }),
  engine: flag.string(null, "Engine to predict on. Default: the run's."),
  force: flag.boolean(false, 'Overwrite an existing file.'),
  trustCode: flag.boolean(false, "Run the run's stored code even if it was modified."),
  resultsDir: runFlags.resultsDir,
};

export default class Predict extends ForgeCommand {
  static override summary = "Run a run's model on the rows or arrays in a file.";
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> predict churn --data new.csv --out predictions.csv --keep id',
    '<%= config.bin %> predict digits-cnn --data images.safetensors --out logits.safetensors',
    '<%= config.bin %> predict digits-cnn --no-code --data in.safetensors --out y.safetensors',
  ];

  async run(): Promise<Prediction | RowPrediction> {
    const { flags: given, words } = await this.read(flags);
    if (given.trustCode && !given.code) {
      throw new ForgeError('USAGE', '--trust-code has no effect with --no-code, which runs no code of the run.', {
        about: 'trustCode',
        hint: 'Omit one of them.',
      });
    }
    const data = requiredFlag(given.data, 'data', 'FILE', 'predict');
    const out = requiredFlag(given.out, 'out', 'FILE', 'predict');
    const forge = await this.library();
    const { engine, code, trustCode, batchSize, weights, force } = given;
    const request = {
      run: await findRun(words[0]!, await forge.resultsFolder()),
      checkpoint: checkpointAddressOf(given),
      weights,
      engine: engine ?? undefined,
      data,
      out,
      code,
      trustCode,
      batchSize: batchSize ?? undefined,
      force,
    };
    const { holdsArrays, predictRowsOf } = await import('../actions/row-prediction.js');
    if (given.format === null && holdsArrays(data)) {
      refuseForArrays('keep', given.keep);
      const prediction = await predictWith(forge, request);
      this.show(renderPrediction(prediction, colorsFor(process.stdout)));
      return prediction;
    }
    const keep = given.keep === null ? [] : nameList(given.keep, '--keep', 'column');
    const line = await this.liveLine();
    try {
      const progress = (rows: number) => line?.draw(`${formatCount(rows)} rows`);
      const prediction = await predictRowsOf(forge, { ...request, format: given.format ?? undefined, keep, progress });
      line?.stop();
      this.show(renderRowPrediction(prediction, colorsFor(process.stdout)));
      return prediction;
    } finally {
      line?.stop();
    }
  }
}

function refuseForArrays(name: string, value: unknown): void {
  if (value === null) return;
  throw new ForgeError('USAGE', `--${name} has no effect on arrays: --data names a .safetensors file.`, {
    about: name,
    hint: 'Omit it, or name a file of rows.',
  });
}
