import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, RandomStream } from '@forge-ml/core';
import { inFolder } from '../../cli/folder.js';
import { sized, type TortureRequest, type TortureResult, type TortureScenario } from '../scenario.js';
import { trainHere } from '../toy-training.js';
import { type LifeEnd, liveOnce } from './sweep-life.js';
import { runFlags, type SweepKind, sweepKinds, sweepWords, trials, writeSweepProject } from './sweep-project.js';
import { readSweep, type TrialRow, tableOf } from './sweep-table.js';

/**
 * Kills the controllers and workers of sweeps, at random times or at a file operation, and resumes each sweep until it is
 * done. With one worker its table must be that of a sweep without kills. With several, where the order in which trials
 * end differs, each trial must have the bits of its run alone.
 */
export const killSweep: TortureScenario = {
  name: 'sweep',
  bar: 'every trial once, each with one run and its right end; one worker: the table of an undisturbed sweep; several: the bits of each trial alone; rungs and promotions kept',
  run: (request) => inFolder((folder) => killIn(folder, request)),
};

async function killIn(folder: string, request: TortureRequest): Promise<TortureResult> {
  const most = sized(request, { slice: 8, whole: 240 });
  const perSweep = sized(request, { slice: 3, whole: 10 });
  await writeSweepProject(folder);
  const chains = new Chains(folder, RandomStream.of(request.seed, 'sweep'));
  for (let count = 0; chains.kills.length < most; count++) {
    const kind = sweepKinds[count % sweepKinds.length]!;
    await chains.oneSweep(kind, Math.min(perSweep, most - chains.kills.length)).catch((error: unknown) => {
      chains.faults.push(`${kind.name}: ${messageOf(error)}`);
    });
    request.say(`${chains.kills.length} of ${most} kills, ${chains.finished} sweeps finished`);
    if (chains.faults.length > 20) break;
  }
  return { measured: chains.measured(), faults: chains.faults };
}

/** A sweep without kills. */
interface Straight {
  readonly table: string;
  /** How long it took, ms. */
  readonly took: number;
}

class Chains {
  readonly faults: string[] = [];
  readonly kills: LifeEnd['kills'][number][] = [];
  finished = 0;
  private sweeps = 0;
  private compared = 0;
  private promoted = 0;
  private readonly straight = new Map<string, Straight>();
  /** The parameters of runs without a sweep, by their flags and length. */
  private readonly alone = new Map<string, string>();

  constructor(
    private readonly folder: string,
    private readonly random: RandomStream,
  ) {}

  measured(): string {
    const of = (match: (kill: LifeEnd['kills'][number]) => boolean) => this.kills.filter(match).length;
    return (
      `${this.kills.length} kills (${of(({ who }) => who === 'controller')} of controllers, ${of(({ who }) => who === 'worker')} of workers, ` +
      `${of(({ who }) => who === 'both')} of all processes), ${of(({ how }) => how === 'operation')} at a file operation; ` +
      `${this.finished} sweeps of ${trials} trials finished; bits of ${this.compared} trials compared, ${this.promoted} of them promoted`
    );
  }

  /** Starts a sweep and resumes it after each kill, until it is done. */
  async oneSweep(kind: SweepKind, most: number): Promise<void> {
    const name = `${kind.name}-${++this.sweeps}`;
    const before = this.faults.length;
    const straight = await this.undisturbed(kind);
    for (let left = most; ; ) {
      const { status, output, kills } = await this.live(name, kind, left, straight.took * 0.7);
      left -= kills.length;
      this.kills.push(...kills);
      if (status === 0) break;
      if (status !== null) {
        this.faults.push(`${name} ended with ${status}: ${output.trim().slice(-1000)}`);
        return;
      }
    }
    await this.check(name, kind, straight);
    if (this.faults.length === before) this.finished++;
  }

  private live(name: string, kind: SweepKind, most: number, longest: number): Promise<LifeEnd> {
    // Killed before it was recorded, it is not a sweep yet.
    const isRecorded = existsSync(join(this.pathOf(name), 'sweep.json'));
    const words = isRecorded ? ['sweep', '--resume', name] : sweepWords(name, kind);
    return liveOnce(words, { cwd: this.folder, random: this.random, most, longest });
  }

  private pathOf(name: string): string {
    return join(this.folder, 'results', name);
  }

  private async check(name: string, kind: SweepKind, straight: Straight): Promise<void> {
    const { rows, faults } = readSweep(this.pathOf(name), trials);
    this.faults.push(...faults.map((fault) => `${name}: ${fault}`));
    if (kind.workers === 1 && tableOf(rows) !== straight.table) {
      this.faults.push(`${name}: its table is not that of an undisturbed sweep:\n${tableOf(rows)}`);
    }
    for (const row of rows) {
      if (row.run === null || row.state === 'failed') continue;
      if (this.parametersOf(name, row.run, row.reached.at(-1)!) !== (await this.trainAlone(row))) {
        this.faults.push(`${name}: trial ${row.trial} ended with other bits than alone`);
      }
      this.compared++;
      if (row.reached.length > 1) this.promoted++;
    }
  }

  private async undisturbed(kind: SweepKind): Promise<Straight> {
    const known = this.straight.get(kind.name);
    if (known !== undefined) return known;
    const name = `straight-${kind.name}`;
    const began = performance.now();
    const { status, output } = await this.live(name, kind, 0, 0);
    if (status !== 0) throw new Error(`the sweep without kills ended with ${status}: ${output}`);
    const straight = { table: tableOf(readSweep(this.pathOf(name), trials).rows), took: performance.now() - began };
    this.straight.set(kind.name, straight);
    return straight;
  }

  /** The parameters of an uninterrupted run with the flags of a trial, at the step that the trial reached. */
  private async trainAlone({ parameters, reached }: TrialRow): Promise<string> {
    const until = reached.at(-1)!;
    const key = JSON.stringify([parameters, until]);
    const known = this.alone.get(key);
    if (known !== undefined) return known;
    const flags = Object.entries(parameters).map(([flag, value]) => `--${flag}=${value}`);
    const { number } = await trainHere(this.folder, [...runFlags, '--run-name', 'alone', ...flags], until);
    const bits = this.parametersOf('alone', number, until);
    this.alone.set(key, bits);
    return bits;
  }

  private parametersOf(experiment: string, run: number, step: number): string {
    const path = join(this.pathOf(experiment), String(run), 'checkpoints', String(step), 'parameters.safetensors');
    return readFileSync(path, 'latin1');
  }
}
