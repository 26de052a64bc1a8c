import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findRun,
  isForgeError,
  messageOf,
  RandomStream,
  type RunFolder,
  readRunRecord,
  verifyRun,
} from '@forge-ml/core';
import { makeFolder } from '../cli/folder.js';
import { sized, type TortureScenario } from './scenario.js';
import { contentOf, libraryIn } from './toy-training.js';
import type { TrainingOrder } from './training-process.js';
import { type TrainingEnd, WarmProcess, WarmProcesses } from './warm-process.js';
import { warmFlags, writeWarmProject } from './warm-project.js';

/** Longest time from the order to the kill, ms: a resume takes about 100 ms, a step with its save some milliseconds. */
const longestLife = 250;
/** About as many file operations as a training of that length does. */
const mostOperations = 450;

/**
 * Trains a run that saves after every step, and kills it repeatedly: at a random time, or at a file operation, also during
 * a write. After each kill all checkpoints must load, and no reported save may be lost. At its end the run must have the
 * same bits as a run without kills.
 */
export const killTraining: TortureScenario = {
  name: 'kill',
  bar: 'every run loads, resumes to the same bits, and loses no finished checkpoint',
  async run(request) {
    const kills = sized(request, { slice: 40, whole: 1000 });
    const folder = await makeFolder();
    await writeWarmProject(folder);
    const processes = new WarmProcesses(2);
    const steps = sized(request, { slice: 30, whole: 120 });
    const chain = new Chain(folder, steps, RandomStream.of(request.seed, 'kill'), processes);
    try {
      await chain.prepare();
      while (chain.kills < kills) {
        await chain.oneRun(kills);
        request.say(`${chain.kills} of ${kills} kills, ${chain.finished} runs finished`);
      }
      return { measured: chain.measured(), faults: chain.faults };
    } finally {
      await processes.discard();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

class Chain {
  kills = 0;
  finished = 0;
  readonly faults: string[] = [];
  private readonly count = { async: 0, sync: 0, leftovers: 0, loaded: 0 };
  private expected = '';
  private runs = 0;

  constructor(
    private readonly folder: string,
    private readonly steps: number,
    private readonly random: RandomStream,
    private readonly processes: WarmProcesses,
  ) {}

  async prepare(): Promise<void> {
    const { error } = await new WarmProcess().train(this.order(this.argvOf('straight', 'sync')));
    if (error !== undefined) throw new Error(`the run without kills failed: ${error}`);
    this.expected = await contentOf((await this.runOf('straight'))!.path, this.steps);
  }

  /** Trains one run from start to end, with kills until their number is reached. */
  async oneRun(kills: number): Promise<void> {
    // Every other run saves asynchronously in another thread, which is the default.
    const mode = this.runs++ % 2 === 0 ? 'async' : 'sync';
    const name = `killed-${this.runs}-${mode}`;
    let savedBefore = 0;
    for (;;) {
      const run = await this.runOf(name);
      const argv = run === undefined ? this.argvOf(name, mode) : ['--resume', `${name}/${run.number}`];
      const end = await this.train(argv, this.kills < kills);
      if (end.error !== undefined) {
        this.faults.push(`${name} does not resume after kill ${this.kills}: ${end.error}`);
        return;
      }
      const saved = Math.max(savedBefore, ...end.saved);
      if (end.signal !== null) {
        this.kills++;
        this.count[mode]++;
        await this.checkAfterKill(name, saved);
      }
      savedBefore = saved;
      if (end.completed || (await this.isCompleted(name))) break;
    }
    this.finished++;
    const { path } = (await this.runOf(name))!;
    if ((await contentOf(path, this.steps)) !== this.expected) this.faults.push(`${name} ended with different bits`);
    await rm(path, { recursive: true });
  }

  measured(): string {
    const { async, sync, leftovers, loaded } = this.count;
    return (
      `${this.kills} kills (${async} of runs with async saves, ${sync} with sync saves), ` +
      `${leftovers} during a write; ${loaded} checkpoints loaded after them; ` +
      `${this.finished} runs finished, all bits compared`
    );
  }

  private argvOf(name: string, mode: 'async' | 'sync'): string[] {
    const words = ['--run-name', name, '--steps', String(this.steps), '--save-every', '1', '--save-mode', mode];
    return [...warmFlags, ...words];
  }

  private order(argv: readonly string[]): TrainingOrder {
    return { directory: this.folder, argv, crashAt: null };
  }

  private train(argv: readonly string[], kill: boolean): Promise<TrainingEnd> {
    const order = this.order(argv);
    const process = this.processes.take();
    if (!kill) return process.train(order);
    const byClock = this.random.float() < 0.5;
    const share = this.random.float();
    if (byClock) return process.train(order, share * longestLife);
    return process.train({ ...order, crashAt: 1 + Math.floor(share * mostOperations) });
  }

  private async runOf(name: string): Promise<RunFolder | undefined> {
    try {
      return await findRun(name, join(this.folder, 'results'));
    } catch (error) {
      // Killed before its run.json was written: it is not a run, and the next start gets another number.
      if (isForgeError(error) && error.code === 'RUN_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** True even if the kill came after the status was written and before it was reported. */
  private async isCompleted(name: string): Promise<boolean> {
    const run = await this.runOf(name);
    return run !== undefined && (await readRunRecord(run.path)).status === 'completed';
  }

  private async checkAfterKill(name: string, saved: number): Promise<void> {
    const run = await this.runOf(name);
    const fault = (what: string) => this.faults.push(`${name}, kill ${this.kills}: ${what}`);
    if (run === undefined) {
      if (saved > 0) fault(`step ${saved} was saved, but the run is gone`);
      return;
    }
    try {
      const { problems } = await verifyRun(run, { deep: true });
      for (const { damage, path, message } of problems) if (damage) fault(`${path} ${message}`);
      if (problems.some(({ kind }) => kind === 'leftover')) this.count.leftovers++;
      const forge = libraryIn(this.folder);
      const steps = await forge.checkpoints(run.path).steps();
      if (saved > (steps.at(-1) ?? 0)) fault(`step ${saved} was saved, but the newest is ${steps.at(-1) ?? 'none'}`);
      for (const step of steps) {
        const loaded = await forge.loadFromCheckpoint(run.path, step, { code: false });
        for await (const record of loaded.metrics()) if (record.step < 0) fault('a metric before the first step');
        this.count.loaded++;
      }
    } catch (error) {
      fault(messageOf(error));
    }
  }
}
