import { ForgeError, nearestName, runFlags } from '@forge-ml/core';
import { string } from '@oclif/core/args';
import { type ListedRun, listedRuns } from '../../data/list-runs.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { ForgeCommand } from '../../forge-command.js';
import { colorsFor } from '../../render/colors.js';
import { shortPath } from '../../render/paths.js';
import { renderRunList } from '../../render/run-list.js';

const flags = { resultsDir: runFlags.resultsDir };

export default class Runs extends ForgeCommand {
  static override summary = 'List runs: what is there, and how well it did.';
  static override args = { experiment: string({ description: 'Only the runs of this experiment.' }) };
  static override flags = oclifFlags(flags);
  static override examples = ['<%= config.bin %> runs', '<%= config.bin %> runs digits-cnn --json'];

  async run(): Promise<{ readonly results: string; readonly runs: readonly ListedRun[] }> {
    const { words } = await this.read(flags);
    const results = await (await this.library()).resultsFolder();
    const all = await listedRuns(results);
    const [experiment] = words;
    const runs = experiment === undefined ? all : all.filter((run) => run.experiment === experiment);
    if (experiment !== undefined && runs.length === 0) throw noExperiment(experiment, results, all);
    if (runs.length === 0) this.show(`No runs in ${shortPath(results)} yet. forge train starts one.`);
    else this.show(renderRunList(runs, colorsFor(process.stdout)));
    return { results, runs };
  }
}

function noExperiment(name: string, results: string, all: readonly ListedRun[]): ForgeError {
  const nearest = nearestName(name, new Set(all.map(({ experiment }) => experiment)));
  return new ForgeError('RUN_NOT_FOUND', `There is no experiment "${name}" in ${shortPath(results)}.`, {
    about: name,
    hint: nearest === undefined ? 'forge runs lists what is there.' : `Did you mean ${nearest}?`,
  });
}
