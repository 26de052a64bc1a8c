import { basename } from 'node:path';
import {
  describeParameter,
  nextCommand,
  placeOf,
  readReport,
  readSweep,
  type SweepReport,
  type ViewedTrial,
} from '@forge-ml/core/sweeps';
import { shellCommand } from '@forge-ml/core/text';
import type { SweepList, SweepPage, SweepTrial } from '../protocol/sweep-page.js';
import { bounded, boundedText } from './bounded.js';
import { shares } from './shares.js';
import { sweepFolders } from './sweep-folders.js';
import type { ViewedSweep } from './viewed-run.js';

/** The sweeps of the results folders, the newest first. One that cannot be read is `damaged`. */
export async function sweepList(
  folders: readonly { readonly name: string; readonly path: string }[],
): Promise<SweepList> {
  const found: { id: string; path: string; started: number }[] = [];
  for (const folder of folders) {
    // A folder that cannot be listed must not prevent showing the others.
    const sweeps = await sweepFolders(folder.path).catch(() => []);
    found.push(...sweeps.map(({ name, path, started }) => ({ id: `${folder.name}/${name}`, path, started })));
  }
  found.sort((a, b) => b.started - a.started);
  const sweeps: SweepList['sweeps'][number][] = [];
  for (const { id, path } of found) {
    const read = await readSweep(path).catch(() => undefined);
    sweeps.push({ id, name: basename(path), status: read?.status ?? 'damaged', trials: read?.trials.length ?? 0 });
  }
  return { sweeps };
}

/** A sweep. @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, FILE_SYSTEM */
export async function sweepPage({ id, path, results }: ViewedSweep): Promise<SweepPage> {
  const report = await readReport(await readSweep(path));
  const { sweep, status, reason, trials, best, counts, seconds, elapsed, remaining, importance } = report;
  const names = Object.keys(sweep.space);
  return {
    id,
    name: basename(path),
    ...{ status, best, counts, seconds, elapsed, remaining },
    reason: reason === null ? null : boundedText(reason),
    method: sweep.halving === null ? sweep.method.name : `${sweep.method.name}, ${sweep.halving.name}`,
    objectives: sweep.objectives.map(({ metric, direction }) => ({ metric, direction })),
    parameters: names.map((name) => {
      const parameter = sweep.space[name]!;
      const isCategory = parameter.kind === 'choice';
      const isLog = !isCategory && parameter.log;
      return { name, range: boundedText(describeParameter(parameter)), isLog, isCategory };
    }),
    trials: trials.map((trial) => shownTrial(trial, names, id)),
    importance: (importance && shares(importance)) ?? [],
    commands: commandsOf(report, results),
  };
}

function shownTrial(viewed: ViewedTrial, names: readonly string[], id: string): SweepTrial {
  const { trial, state, parameters, values, reason, rungs, runs } = viewed;
  const steps = runs.flatMap(({ result }) => result?.step ?? []);
  return {
    ...{ trial, state, values, rungs },
    parameters: names.map((name) => bounded(parameters[name] ?? null)),
    reason: reason === null ? null : boundedText(reason),
    steps: steps.length === 0 ? null : steps.reduce((sum, step) => sum + step, 0),
    runs: runs.flatMap(({ number }) => (number === null ? [] : `${id}/${number}`)),
  };
}

function commandsOf(report: SweepReport, results: string): SweepPage['commands'] {
  const { name } = report.sweep;
  const command = (...words: string[]) => shellCommand(['forge', 'sweep', ...words, name, ...placeOf(results)]);
  const next = nextCommand(report, results);
  return [
    ...(next === null ? [] : [{ title: next.why.replace(/:$/, ''), command: next.command }]),
    ...(report.status === 'running' ? [{ title: 'Stop it', command: command('stop') }] : []),
    { title: 'Show what it found', command: command('show') },
    ...(report.bestCommand === null ? [] : [{ title: 'Train the best', command: report.bestCommand }]),
  ];
}
