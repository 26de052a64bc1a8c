import {
  type BatchDataset,
  type FlagSpecs,
  ForgeError,
  findRun,
  flag,
  type LoadedData,
  readRunFlags,
} from '@forge-ml/core';
import { checkpointAddressOf, readArguments, runFlags } from '@forge-ml/core/cli';
import { shellWord } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import type { Evaluation } from '../actions/evaluation.js';
import { ForgeCommand } from '../base/forge-command.js';
import { checkpointFlags } from '../flags/checkpoint-flags.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { renderEvaluation } from '../render/evaluation.js';
import { colorsFor } from '../terminal/colors.js';
import { columnsOf } from '../terminal/terminal-width.js';

const flags = {
  ...checkpointFlags,
  split: flag.string('valid', "Which of the data config's datasets."),
  engine: flag.string(null, "Engine to evaluate on. Default: the run's."),
  trustCode: flag.boolean(false, "Run the run's code though it differs from what the run was made with."),
  resultsDir: runFlags.resultsDir,
};

export default class Eval extends ForgeCommand {
  static override summary = 'Evaluate a run, or one of its checkpoints, with its stored code.';
  static override description =
    "The flags of the run's configs can be given too, to override the values of the training.";
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override strict = false;
  static override examples = [
    '<%= config.bin %> eval digits-cnn --checkpoint best',
    '<%= config.bin %> eval digits-cnn/2 --step 500 --batch-size 256 --json',
  ];

  async run(): Promise<Evaluation> {
    const forge = await this.library();
    const [reference = ''] = readArguments(this.argv, flags).positionals;
    if (reference === '') await this.read(flags);
    const folder = await findRun(reference, await forge.resultsFolder());
    const own = await flagsOfRun(folder.path);
    const { split, engine, trustCode, weights, ...which } = (await this.read({ ...own, ...flags })).flags;
    const given = Object.entries(readArguments(this.argv, { ...own, ...flags }).values);
    const loaded = await forge.loadFromCheckpoint(folder.path, checkpointAddressOf(which), {
      overrideFlags: Object.fromEntries(given.filter(([name]) => Object.hasOwn(own, name))),
      ...(engine === null ? {} : { engine }),
      trustCode,
      weights,
    });
    try {
      const dataset = splitOf(loaded.data, split);
      const { metrics, tables, media } = await loaded.evaluate(dataset);
      const { experiment, number } = folder;
      const kinds = Object.fromEntries(Object.entries(media).map(([name, { kind }]) => [name, kind]));
      const place = { run: folder.path, experiment, number, step: loaded.step, split, weights };
      const evaluation = { ...place, metrics, tables, media: kinds };
      this.show(renderEvaluation(evaluation, colorsFor(process.stdout), columnsOf(process.stdout)));
      return evaluation;
    } finally {
      await loaded.dispose();
    }
  }
}

/** Specs of the flags of the run's configs, just enough to parse them: booleans take no value. */
async function flagsOfRun(run: string): Promise<FlagSpecs> {
  const own = Object.entries(await readRunFlags(run)).filter(
    ([name]) => !Object.hasOwn(runFlags, name) && !Object.hasOwn(flags, name),
  );
  return Object.fromEntries(
    own.map(([name, { value }]) => [
      name,
      typeof value === 'boolean' ? flag.boolean(value, '') : flag.string(null, ''),
    ]),
  );
}

function splitOf(data: LoadedData, name: string): BatchDataset {
  const isDataset = (value: unknown) => typeof (value as Partial<BatchDataset> | undefined)?.read === 'function';
  if (isDataset(data[name])) return data[name] as BatchDataset;
  const splits = Object.keys(data).filter((key) => isDataset(data[key]));
  throw new ForgeError('USAGE', `The run's data has no split "${name}"; it has ${splits.join(', ')}.`, {
    about: 'split',
    hint: `Choose one of them: --split ${shellWord(String(splits[0]))}.`,
  });
}
