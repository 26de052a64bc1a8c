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
import { sized, type TortureIdea } from './idea.js';
import { essenceOf, libraryIn } from './toy-training.js';
import type { TrainingOrder } from './training-process.js';
import { type TrainingEnd, WarmProcess, WarmProcesses } from './warm-process.js';
import { warmFlags, writeWarmProject } from './warm-project.js';

/** From the order on: a resume takes about a tenth of a second, a step with its save some milliseconds. */
const longestLife = 250;
/** About as many as a training of that long does. */
const mostOperations = 450;

/**
 * Trains a run that saves after every step, killed again and again: by the clock, or by itself at a file operation,
 * in the middle of a write too. After each kill everything in the folder must load and nothing that was said to be
 * saved be lost; at its end it must have come to the bits of a run that was left in peace.
 */
export const killTraining: TortureIdea = {
  name: 'kill',
  bar: 'no run that does not load, none that resumes to other bits, no finished checkpoint lost',
  async run(request) {
    const kills = sized(request, { slice: 40, whole: 1000 });
    const folder = await makeFolder();
    await writeWarmProject(folder);
    const processes = new WarmProcesses(2);
    const steps = sized(request, { slice: 30, whole: 120 });
    const torment = new Torment(folder, steps, RandomStream.of(request.seed, 'kill'), processes);
    try {
      await torment.prepare();
      while (torment.kills < kills) {
        await torment.oneRun(kills);
        request.say(`${torment.kills} of ${kills} kills, ${torment.finished} runs finished`);
      }
      return { measured: torment.measured(), faults: torment.faults };
    } finally {
      await processes.discard();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

class Torment {
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
    if (error !== undefined) throw new Error(`the run that is left in peace failed: ${error}`);
    this.expected = await essenceOf((await this.runOf('straight'))!.path, this.steps);
  }

  /** From its start to its end, however often it is killed on the way; past the last kill it is left in peace. */
  async oneRun(kills: number): Promise<void> {
    // Every other run saves behind its steps, on a thread of its own, as it is by default.
    const mode = this.runs++ % 2 === 0 ? 'async' : 'sync';
    const name = `killed-${this.runs}-${mode}`;
    let savedBefore = 0;
    for (;;) {
      const run = await this.runOf(name);
      const argv = run === undefined ? this.argvOf(name, mode) : ['--resume', `${name}/${run.number}`];
      const end = await this.train(argv, this.kills < kills);
      if (end.error !== undefined) {
        this.faults.push(`${name} does not go on after kill ${this.kills}: ${end.error}`);
        return;
      }
      const saved = Math.max(savedBefore, ...end.saved);
      if (end.signal !== null) {
        this.kills++;
        this.count[mode]++;
        await this.lookAt(name, saved);
      }
      savedBefore = saved;
      if (end.completed || (await this.isCompleted(name))) break;
    }
    this.finished++;
    const { path } = (await this.runOf(name))!;
    if ((await essenceOf(path, this.steps)) !== this.expected) this.faults.push(`${name} ended with other bits`);
    await rm(path, { recursive: true });
  }

  measured(): string {
    const { async, sync, leftovers, loaded } = this.count;
    return (
      `${this.kills} kills (${async} of runs that save behind their steps, ${sync} of others), ` +
      `${leftovers} in the middle of a write; ${loaded} checkpoints loaded after them; ` +
      `${this.finished} runs finished, all bits compared`
    );
  }

  private argvOf(name: string, mode: 'async' | 'sync'): string[] {
    const words = ['--run-name', name, '--steps', String(this.steps), '--save-every', '1', '--save-mode', mode];
    return [...warmFlags, ...words];
  }

  private order(argv: readonly string[]): TrainingOrder {
    return { directory: this.folder, argv, dieAt: null };
  }

  private train(argv: readonly string[], kill: boolean): Promise<TrainingEnd> {
    const order = this.order(argv);
    const process = this.processes.take();
    if (!kill) return process.train(order);
    const byClock = this.random.float() < 0.5;
    const share = this.random.float();
    if (byClock) return process.train(order, share * longestLife);
    return process.train({ ...order, dieAt: 1 + Math.floor(share * mostOperations) });
  }

  private async runOf(name: string): Promise<RunFolder | undefined> {
    try {
      return await findRun(name, join(this.folder, 'results'));
    } catch (error) {
      // Killed before its run.json was there: it is no run, and the next start takes another number.
      if (isForgeError(error) && error.code === 'RUN_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** Also where the kill came after that was written, and before it was said. */
  private async isCompleted(name: string): Promise<boolean> {
    const run = await this.runOf(name);
    return run !== undefined && (await readRunRecord(run.path)).status === 'completed';
  }

  private async lookAt(name: string, saved: number): Promise<void> {
    const run = await this.runOf(name);
    const fault = (what: string) => this.faults.push(`${name}, kill ${this.kills}: ${what}`);
    if (run === undefined) {
      if (saved > 0) fault(`step ${saved} was saved, and the run is gone`);
      return;
    }
    try {
      const { problems } = await verifyRun(run, { deep: true });
      for (const { damage, path, message } of problems) if (damage) fault(`${path} ${message}`);
      if (problems.some(({ kind }) => kind === 'leftover')) this.count.leftovers++;
      const forge = libraryIn(this.folder);
      const there = await forge.checkpoints(run.path).steps();
      if (saved > (there.at(-1) ?? 0)) fault(`step ${saved} was saved, and the newest is ${there.at(-1) ?? 'none'}`);
      for (const step of there) {
        const loaded = await forge.loadFromCheckpoint(run.path, step, { code: false });
        for await (const record of loaded.metrics()) if (record.step < 0) fault('a metric before the first step');
        this.count.loaded++;
      }
    } catch (error) {
      fault(messageOf(error));
    }
  }
}
