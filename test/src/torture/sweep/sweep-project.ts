import { writeToyProject } from '@forge-ml/core/testing';

/** A way to sweep, and what is then known of its result. */
export interface SweepKind {
  readonly name: string;
  readonly method: 'grid' | 'random' | 'sobol' | 'tpe';
  readonly halving: boolean;
  /** With one, the table of two sweeps is the same. */
  readonly workers: number;
}

export const sweepKinds: readonly SweepKind[] = [
  { name: 'grid', method: 'grid', halving: false, workers: 1 },
  { name: 'random', method: 'random', halving: false, workers: 1 },
  { name: 'sobol', method: 'sobol', halving: false, workers: 1 },
  { name: 'tpe', method: 'tpe', halving: false, workers: 1 },
  { name: 'asha', method: 'random', halving: true, workers: 1 },
  { name: 'tpe-3', method: 'tpe', halving: false, workers: 3 },
  { name: 'asha-3', method: 'random', halving: true, workers: 3 },
];

export const trials = 12;
export const steps = 9;

/** `scale: 1e300` makes the loss infinite, so that the trial fails. */
const model = `import { defineModel, flag } from '@forge-ml/core';
export default defineModel({
  flags: {
    hidden: flag.integer(3, 'Hidden units.', { min: 0 }),
    learningRate: flag.float(0.05, 'Learning rate.'),
    scale: flag.float(1, 'Factor of the learning rate.'),
    dropout: flag.float(0.25, 'Dropout rate.', { min: 0, max: 0.9 }),
    msPerStep: flag.float(0, 'Minimum duration of a step, ms.', { min: 0 }),
  },
  load: ({ hidden, learningRate, scale, dropout, msPerStep }) => ({
    kind: 'toy', inputs: 'x', targets: 'y', hidden, learningRate: learningRate * scale, momentum: 0.9, dropout, msPerStep,
  }),
});
`;

const spaces = {
  grid: 'scale: choice(1, 2, 1e300), hidden: choice(0, 3), dropout: choice(0.1, 0.3)',
  sampled:
    "scale: choice(1, 2, 3, 1e300), learningRate: log(1e-3, 1e-1), hidden: choice(0, 3), dropout: when('hidden', 3, uniform(0, 0.5))",
};

function sweepFile({ method, halving }: SweepKind): string {
  const space = method === 'grid' ? spaces.grid : spaces.sampled;
  // The first suggestions of TPE are random.
  const made = method === 'tpe' ? 'tpe({ startup: 4 })' : `${method}()`;
  const stop = halving ? "stop: asha({ reduction: 2, min: 1, max: 9, unit: 'steps' })," : '';
  return `import { asha, choice, defineSweep, grid, log, random, sobol, tpe, uniform, when } from '@forge-ml/core';
export default defineSweep({
  minimize: 'valid.loss', space: { ${space} }, method: ${made}, ${stop}
  trials: ${trials}, seed: 5, retries: 1000,
});
`;
}

/** Writes a project with a `sweep-<kind>.ts` for each kind. */
export async function writeSweepProject(folder: string): Promise<void> {
  const files = sweepKinds.map((kind) => [`sweep-${kind.name}.ts`, sweepFile(kind)] as const);
  await writeToyProject(folder, { 'model.ts': model, ...Object.fromEntries(files) });
}

/** Flags of every run, of a sweep or alone. */
export const runFlags: readonly string[] = [
  ...['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'],
  ...['--steps', String(steps), '--eval-every', '3', '--save-every', '2', '--ms-per-step', '4'],
];

/** The words of a command that starts a sweep. */
export function sweepWords(name: string, kind: SweepKind): string[] {
  const words = ['sweep', `sweep-${kind.name}.ts`, ...runFlags, '--name', name];
  return [...words, '--workers', String(kind.workers)];
}
