import { readFileSync } from 'node:fs';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSweep, type SweepView } from '@forge-ml/core/sweeps';
import { inBenchFolder } from '../bench-folder.js';
import { type Benchmark, median, type Row } from '../benchmark.js';
import { wilcoxonGreater } from '../statistics.js';
import { forge, timeNode } from './sweep-process.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const [seeds, trials, epochs, reduction] = [10, 64, 16, 3];

const runFlags = [
  ...['--backend', 'onnx', '--data-config', 'data.ts', '--model-config', 'mlp.onnx.ts'],
  ...['--train-size', '500', '--valid-size', '500', '--epochs', String(epochs), '--report-every', '1000'],
];

const stops = {
  full: '',
  asha: `stop: asha({ reduction: ${reduction}, min: 1, max: ${epochs}, unit: 'epochs' }),`,
};
type Name = keyof typeof stops;

function sweepFile(stop: string, seed: number): string {
  return `import { asha, choice, defineSweep, log, random } from '@forge-ml/core';
export default defineSweep({
  minimize: 'valid.loss', method: random(), trials: ${trials}, seed: ${seed}, ${stop}
  space: { learningRate: log(1e-5, 1e-1), hidden: choice(8, 16, 32, 64), batchSize: choice(16, 32, 64) },
});
`;
}

/**
 * The digits example: a random search that trains every trial to its end, and one that pauses the worse ones. Both try
 * the same parameters, so the second cannot find a better result: its rank among all results of the first is shown too.
 */
export const ashaSweep: Benchmark = {
  name: 'asha',
  onlyByName: true,
  run: () => inBenchFolder(measure),
};

async function measure(folder: string): Promise<readonly Row[]> {
  await writeDigits(folder);
  const views: Record<Name, SweepView[]> = { full: [], asha: [] };
  const promoted = { compared: 0, equal: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    for (const name of Object.keys(stops) as Name[]) {
      await writeFile(join(folder, 'sweep.ts'), sweepFile(stops[name], seed));
      await timeNode([forge, 'sweep', 'sweep.ts', '--name', `${name}-${seed}`, ...runFlags], folder);
      views[name].push(await readSweep(join(folder, 'results', `${name}-${seed}`)));
    }
    const [full, asha] = [views.full.at(-1)!, views.asha.at(-1)!];
    const bits = comparePromoted(full, asha);
    promoted.compared += bits.compared;
    promoted.equal += bits.equal;
    process.stderr.write(
      `  seed ${seed}: ${summary(full)}; asha ${summary(asha)}, rank ${rankIn(full, bestOf(asha))}\n`,
    );
  }
  const ratios = views.full.map(({ steps }, at) => steps / views.asha[at]!.steps);
  const worse = views.asha.map((view, at) => bestOf(view) - bestOf(views.full[at]!));
  const ranks = views.asha.map((view, at) => rankIn(views.full[at]!, bestOf(view)));
  const what = `ASHA on the digits example, ${trials} trials of ${epochs} epochs`;
  return [
    {
      what: `${what}: times fewer steps than a full random search`,
      value: stepsOf(views.full) / stepsOf(views.asha),
      unit: '×',
      bar: { relation: '>=', value: 4 },
      detail: `${seeds} seeds together; ${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)} in each`,
    },
    {
      what: `${what}: paired Wilcoxon test that its best valid.loss is worse`,
      value: wilcoxonGreater(worse),
      unit: 'p',
      bar: { relation: '>=', value: 0.01 },
      detail: `${seeds} seeds; its best is the best of all in ${ranks.filter((rank) => rank === 1).length}, rank ${Math.max(...ranks)} at worst; ${Math.max(...worse).toFixed(4)} higher at most, of ${median(views.full.map(bestOf)).toFixed(3)}`,
    },
    {
      what: `${what}: promoted trials whose parameters are those of the uninterrupted run, bit for bit`,
      value: promoted.equal / promoted.compared,
      unit: 'of 1',
      bar: { relation: '>=', value: 1 },
      detail: `${promoted.equal} of ${promoted.compared}`,
    },
  ];
}

async function writeDigits(folder: string): Promise<void> {
  await cp(join(root, 'examples/digits'), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ dependencies: { '@forge-ml/backend-onnx': '*' } }));
  await mkdir(join(folder, 'node_modules'));
  await symlink(join(root, 'node_modules/@forge-ml'), join(folder, 'node_modules/@forge-ml'));
}

/** Of the trials that ASHA trained to the end, with pauses: the final parameters. */
function comparePromoted(full: SweepView, asha: SweepView): { readonly compared: number; readonly equal: number } {
  const ended = asha.trials.filter(({ state, rungs }) => state === 'completed' && rungs > 0);
  const equal = ended.filter(({ trial }) => parametersOf(full, trial).equals(parametersOf(asha, trial)));
  return { compared: ended.length, equal: equal.length };
}

function parametersOf({ folder, trials: all }: SweepView, trial: number): Buffer {
  const { number, result } = all[trial - 1]!.runs[0]!;
  return readFileSync(join(folder, String(number), 'checkpoints', String(result!.step), 'parameters.safetensors'));
}

function summary(view: SweepView): string {
  return `${view.steps} steps, best ${bestOf(view).toFixed(4)}`;
}

function stepsOf(views: readonly SweepView[]): number {
  return views.reduce((sum, { steps }) => sum + steps, 0);
}

function bestOf({ trials: all, best }: SweepView): number {
  return all[best[0]! - 1]!.values![0]!;
}

/** 1 for the best. */
function rankIn({ trials: all }: SweepView, value: number): number {
  return 1 + all.filter(({ values }) => values !== null && values[0]! < value).length;
}
