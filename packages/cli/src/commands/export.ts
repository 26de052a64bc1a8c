import { type Exported, findRun, flag } from '@forge-ml/core';
import { checkpointAddressOf, runFlags } from '@forge-ml/core/cli';
import { printableText } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../base/forge-command.js';
import { checkpointFlags } from '../flags/checkpoint-flags.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { requiredFlag } from '../flags/required-flag.js';
import { shortPath } from '../terminal/paths.js';

const flags = {
  ...checkpointFlags,
  format: flag.string(
    null,
    'Output format: safetensors, or one of an installed plugin. Default: the extension of --out.',
  ),
  out: flag.string(null, 'Output file or folder.'),
  merge: flag.boolean(true, 'Merge adapters (LoRA) into the weights of their model.'),
  opset: flag.integer(
    null,
    "Version of the format's operators, for formats that have several. Default: that of the exporter.",
  ),
  force: flag.boolean(false, 'Overwrite existing output.'),
  resultsDir: runFlags.resultsDir,
};

export default class Export extends ForgeCommand {
  static override summary = "Export a run's model to a file, without running the run's code.";
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> export digits-cnn --out digits.safetensors',
    '<%= config.bin %> export digits-cnn --checkpoint best:valid.loss --out best.safetensors',
    '<%= config.bin %> export digits-cnn/2 --step 500 --format safetensors --out weights',
  ];

  async run(): Promise<Exported> {
    const { flags: given, words } = await this.read(flags);
    const out = requiredFlag(given.out, 'out', 'PATH', 'export');
    const forge = await this.library();
    const { path } = await findRun(words[0]!, await forge.resultsFolder());
    const { format, weights, merge, opset, force } = given;
    const checkpoint = checkpointAddressOf(given);
    const exported = await forge.exportCheckpoint(path, {
      out,
      format: format ?? undefined,
      checkpoint,
      weights,
      merge,
      opset: opset ?? undefined,
      force,
    });
    const which = weights === 'ema' ? ', the moving average' : '';
    this.show(
      `Wrote ${shortPath(exported.out)} from step ${exported.step}${which}. ${printableText(exported.description)}`,
    );
    for (const note of exported.notes) this.show(printableText(note));
    return exported;
  }
}
