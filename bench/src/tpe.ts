import { type Benchmark, median, type Row } from './benchmark.js';
import { findPython, PythonProcess } from './python-process.js';
import { holm, wilcoxonGreater } from './statistics.js';
import { type Contender, Forge, Optuna, optunaScript } from './sweeps/contenders.js';
import { bestRegret, regretAtHours } from './sweeps/searches.js';
import { type TestFunction, testFunctions } from './sweeps/test-functions.js';

const seeds = Array.from({ length: 30 }, (_, at) => at + 1);
const budget = 100;
const alpha = 0.01;

interface Contenders {
  readonly forge: Contender;
  readonly optuna: Contender;
}

/** Each function's regret, and whether that of Forge is larger by a test of all of them. */
async function regrets({ forge, optuna }: Contenders, version: string): Promise<Row[]> {
  const measured: { name: string; ours: number[]; theirs: number[] }[] = [];
  for (const tested of testFunctions) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (const seed of seeds) {
      ours.push(await bestRegret(forge, tested, seed, budget));
      theirs.push(await bestRegret(optuna, tested, seed, budget));
    }
    measured.push({ name: tested.name, ours, theirs });
  }
  const adjusted = holm(
    measured.map(({ ours, theirs }) => wilcoxonGreater(ours.map((regret, at) => regret - theirs[at]!))),
  );
  const rows = measured.map(({ name, ours, theirs }, at) => ({
    what: `${name}: p-value of a larger regret after ${budget} trials than Optuna ${version}`,
    value: adjusted[at]!,
    unit: '(Wilcoxon, Holm)',
    bar: { relation: '>=', value: alpha } as const,
    detail: `median of ${seeds.length} seeds: Forge ${median(ours).toPrecision(3)}, Optuna ${median(theirs).toPrecision(3)}`,
  }));
  return rows;
}

/** The time of a suggestion after `known` trials, the contenders taking turns. */
async function speed({ forge, optuna }: Contenders, version: string, known: number): Promise<Row> {
  const { space, value } = testFunctions[1] as TestFunction;
  const times = new Map<Contender, number[]>([forge, optuna].map((contender) => [contender, []]));
  for (const contender of times.keys()) {
    await contender.start(space, 1);
    for (let trial = 1; trial <= known; trial++) {
      const { values } = await contender.ask(trial);
      await contender.tell(trial, values, value(values));
    }
  }
  for (let trial = known + 1; trial <= known + 100; trial++) {
    for (const [contender, samples] of times) {
      const { values, seconds } = await contender.ask(trial);
      samples.push(seconds * 1000);
      await contender.tell(trial, values, value(values));
    }
  }
  const [ours, theirs] = [...times.values()].map(median) as [number, number];
  return {
    what: `a suggestion of 6 parameters after ${known} trials, speed-up over Optuna ${version}`,
    value: theirs / ours,
    unit: '×',
    bar: { relation: '>=', value: 1 },
    detail: `Forge ${ours.toFixed(2)} ms, Optuna ${theirs.toFixed(2)} ms`,
  };
}

/** Regret by hours of four workers, over all functions whose parameters are numbers. */
async function workers({ forge, optuna }: Contenders, version: string): Promise<Row[]> {
  const hours = [2, 4, 8];
  const ratios: number[][] = hours.map(() => []);
  const regretsOf = { ours: hours.map((): number[] => []), theirs: hours.map((): number[] => []) };
  const tested = testFunctions.slice(0, 8);
  for (const each of tested) {
    for (const seed of seeds) {
      const ours = await regretAtHours(forge, each, seed, 4, hours);
      const theirs = await regretAtHours(optuna, each, seed, 4, hours);
      for (const at of hours.keys()) {
        regretsOf.ours[at]!.push(ours[at]!);
        regretsOf.theirs[at]!.push(theirs[at]!);
        ratios[at]!.push(Math.log(ours[at]! / theirs[at]!));
      }
    }
  }
  return hours.map((hour, at) => ({
    what: `regret after ${hour} hours of 4 workers, relative to Optuna ${version}`,
    value: Math.exp(ratios[at]!.reduce((sum, ratio) => sum + ratio, 0) / ratios[at]!.length),
    unit: '×',
    detail: `geometric mean of ${tested.length} functions and ${seeds.length} seeds, trials of 10 to 50 minutes; median of all: Forge ${median(regretsOf.ours[at]!).toPrecision(3)}, Optuna ${median(regretsOf.theirs[at]!).toPrecision(3)}`,
  }));
}

export const tpe: Benchmark = {
  name: 'tpe',
  async run() {
    const found = findPython('FORGE_SWEEP_PYTHON', ['optuna', 'scipy']);
    if ('missing' in found) {
      process.stderr.write(`  Skipped tpe. ${found.missing}\n`);
      return [];
    }
    const python = await PythonProcess.start(found.python, optunaScript);
    try {
      const contenders = { forge: new Forge(), optuna: new Optuna(python) };
      const version = String(python.versions.optuna);
      return [
        await speed(contenders, version, 1000),
        ...(await regrets(contenders, version)),
        ...(await workers(contenders, version)),
      ];
    } finally {
      python.end();
    }
  },
};
