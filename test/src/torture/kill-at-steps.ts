import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { findRun, messageOf, readRunRecord, type TrainResult } from '@forge-ml/core';
import { projects } from '../library/engine-projects.js';
import { sized, type TortureScenario } from './scenario.js';
import { contentOf, trainHere } from './toy-training.js';
import type { KillPlace } from './training-process.js';
import { WarmProcesses } from './warm-process.js';

/** Imports the packages as users do: a bundle would have no engines. */
const trainingProcess = fileURLToPath(new URL('./training-process.js', import.meta.url));

const common = ['--report-every', '3', '--ema', '0.9', '--eval-every', '2', '--restore-best', '--steps', '40'];
const engines = ['--optimizer', 'accumulating', '--stop-early', 'valid.accuracy', '--patience', '2', '--seed', '2'];

/** What ends the runs early, after an evaluation that was better than the first. */
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  toy: ['--stop-early', 'valid.rmse', '--patience', '3'],
  tfjs: engines,
  onnx: engines,
};

/**
 * Trainings with early stopping, a moving average, metrics over the whole split, gradient accumulation and
 * `--restore-best`: one is killed after each of its steps in turn, and resumed; another is killed after each of its saves.
 * At the end they must have the same tensors, metrics, counters and reason as a run without kills. The slice does the
 * first on the toy backend only, at every third step, and the second on the engines only.
 */
export const killAtSteps: TortureScenario = {
  name: 'kill-at-steps',
  bar: 'killed after any step, a run ends early at the same step, with the same reason, counters and bits',
  async run(request) {
    const whole = request.size === 'whole';
    const faults: string[] = [];
    const measured: string[] = [];
    for (const [backend, flags] of Object.entries(flagsOf)) {
      const killed = await KilledTraining.prepare(backend, flags);
      try {
        if (whole || backend === 'toy') await killed.afterSteps(sized(request, { slice: 3, whole: 1 }));
        if (whole || backend !== 'toy') await killed.afterEachSave();
      } finally {
        await killed.discard();
      }
      faults.push(...killed.faults.map((fault) => `${backend}: ${fault}`));
      measured.push(`${backend}: ${killed.kills} kills`);
      request.say(measured.at(-1)!);
    }
    return { measured: `${measured.join(', ')}; all ends compared`, faults };
  },
};

class KilledTraining {
  kills = 0;
  readonly faults: string[] = [];
  private readonly processes = new WarmProcesses(1, trainingProcess);

  private constructor(
    private readonly folder: string,
    private readonly argv: readonly string[],
    private readonly steps: number,
    private readonly expected: RunEnd,
  ) {}

  static async prepare(backend: string, flags: readonly string[]): Promise<KilledTraining> {
    const project = await projects[backend]!();
    const { folder } = project;
    if (backend === 'toy') await addMetrics(folder);
    const argv = [...project.argv, ...common, ...flags];
    const straight = await trainHere(folder, [...argv, '--run-name', 'straight']);
    const killed = new KilledTraining(folder, argv, straight.step, await endOf(straight));
    if (straight.restoredFrom === null) killed.faults.push('the run without kills did not end early');
    return killed;
  }

  /** @param every 1: after each step */
  async afterSteps(every: number): Promise<void> {
    // Synchronous: else steps of microseconds are over before the first save.
    const start = [...this.argv, '--run-name', 'steps', '--save-every', '4', '--save-mode', 'sync'];
    for (let step = 1; step <= this.steps; step += every) {
      await this.kill(start, { hook: 'step', step });
      await this.resume('steps', `killed at step ${step}`);
      await rm((await findRun('steps', join(this.folder, 'results'))).path, { recursive: true });
    }
  }

  async afterEachSave(): Promise<void> {
    const start = [...this.argv, '--run-name', 'saves', '--save-every', '1', '--save-mode', 'sync'];
    for (let step = 1; step <= this.steps; step++) {
      await this.kill(step === 1 ? start : ['--resume', 'saves'], { hook: 'checkpoint', step });
    }
    await this.resume('saves', 'killed after every save');
  }

  async discard(): Promise<void> {
    await this.processes.discard();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async kill(argv: readonly string[], killAt: KillPlace): Promise<void> {
    const { signal, error } = await this.processes
      .take()
      .train({ directory: this.folder, argv, crashAt: null, killAt });
    this.kills++;
    if (signal !== 'SIGKILL')
      this.faults.push(`not killed in the hook ${killAt.hook} of step ${killAt.step}: ${error}`);
  }

  private async resume(name: string, how: string): Promise<void> {
    try {
      const end = await endOf(await trainHere(this.folder, ['--resume', name]));
      for (const [part, value] of Object.entries(this.expected)) {
        if (!isDeepStrictEqual(end[part as keyof RunEnd], value)) this.faults.push(`${how}: another ${part}`);
      }
    } catch (error) {
      this.faults.push(`${how}: ${messageOf(error)}`);
    }
  }
}

async function addMetrics(folder: string): Promise<void> {
  const file = join(folder, 'model.ts');
  const text = await readFile(file, 'utf8');
  const own =
    'longest: { direction: "max", start: () => 0, add: (count, { x }) => Math.max(count, x.shape[0]), result: (count) => count }';
  const metrics = `metrics: { rmse: rmse({ label: 'y' }), r2: r2({ label: 'y' }), ${own} },`;
  const changed = text
    .replace('defineModel, flag }', 'defineModel, flag, r2, rmse }')
    .replace('artefacts:', `${metrics} artefacts:`);
  await writeFile(file, changed);
}

type RunEnd = Awaited<ReturnType<typeof endOf>>;

/** What must be equal at the ends of two runs. */
async function endOf({ run, step, reason, status, metrics, restoredFrom }: TrainResult) {
  const record = await readRunRecord(run);
  const file = join(run, 'checkpoints', String(step), 'checkpoint.json');
  const { state, data, random, metrics: saved, metricSteps } = JSON.parse(await readFile(file, 'utf8'));
  return {
    result: { step, reason, status, metrics, restoredFrom },
    record: [record.step, record.reason, record.status, record.metrics, record.best, record.directions],
    state: { state, data, random, saved, metricSteps },
    content: await contentOf(run, step),
  };
}
