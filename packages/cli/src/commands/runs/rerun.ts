import { ForgeError, type ForgeLibrary, flag, type LaunchedRun, type PreparedRun } from '@forge-ml/core';
import { invocationFlags, runFlags } from '@forge-ml/core/cli';
import { string } from '@oclif/core/args';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { takeRepeated } from '../../flags/repeated-flag.js';
import Train from '../train.js';

const flags = {
  runName: flag.string(null, 'Experiment name of the new run. Default: that of the run.'),
  trustCode: flag.boolean(false, "Run the run's stored code even if it was altered."),
  onHangup: invocationFlags.onHangup,
  resultsDir: runFlags.resultsDir,
};

const set = flag.string(null, 'Another value for a flag, as NAME=VALUE; may be given several times.');

export default class RunsRerun extends Train {
  static override summary = "Train a new run with a run's stored code and flags.";
  static override description =
    "Runs the newest code that the run stores, with the same flags and seed: the project's files have no part in it.";
  static override strict = true;
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
  };
  static override flags = oclifFlags({ set, ...flags });
  static override examples = [
    '<%= config.bin %> runs rerun digits-cnn/2',
    '<%= config.bin %> runs rerun digits-cnn/2 --set seed=1 --run-name digits-seeds',
  ];

  protected override async prepare(forge: ForgeLibrary): Promise<PreparedRun> {
    const { values, rest } = takeRepeated(this.argv, 'set');
    this.argv = rest;
    const { flags: given, words } = await this.read(flags);
    const { runName, trustCode } = given;
    return forge.rerun(words[0]!, {
      set: { ...Object.fromEntries(values.map(readSetting)), ...(runName === null ? {} : { runName }) },
      trustCode,
    });
  }

  protected override async launch(): Promise<LaunchedRun | null> {
    return null;
  }
}

function readSetting(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at).replace(/^--/, ''), text.slice(at + 1)];
  throw new ForgeError('USAGE', `--set needs NAME=VALUE, not ${JSON.stringify(text)}.`, {
    about: 'set',
    hint: 'For example --set seed=1.',
  });
}
