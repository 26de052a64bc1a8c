import { join } from 'node:path';
import { messageOf, RandomStream, type RunFolder, verifyRun } from '@forge-ml/core';
import { inFolder } from '../cli/folder.js';
import { shownSteps } from './event-file.js';
import { loggedIn } from './logged-files.js';
import { type LoggedPoint, type LoggingLife, liveLogging } from './logging-life.js';
import type { LoggingOrder, LoggingWay } from './logging-process.js';
import { loggingFlags, writeLoggingProject } from './logging-project.js';
import { sized, type TortureScenario } from './scenario.js';

/** The greatest age of a point that a kill may lose, ms. */
const longestLoss = 1000;
/** Ways to log, and whether the process crashes during a write. */
const variants: readonly (readonly [way: LoggingWay, inWrite: boolean])[] = [
  ['steadily', false],
  ['in pairs', false],
  ['blocking', false],
  ['flooding', false],
  ['flooding', true],
];

/** Logs by `run.log` in several ways, repeatedly killed, also during a write, and resumed. */
export const killLogging: TortureScenario = {
  name: 'logging',
  bar: 'a kill loses at most the last second of points, no half line is read, a resume has every point once',
  alone: true,
  run: (request) =>
    inFolder(async (folder) => {
      await writeLoggingProject(folder);
      const kills = sized(request, { slice: 2, whole: 40 });
      const chains = variants.map(([way, inWrite], index) => {
        return new Chain(folder, `chain-${index}`, way, inWrite, RandomStream.of(request.seed, `logging ${index}`));
      });
      await Promise.all(chains.map((chain) => chain.run(kills, request.say)));
      const sum = (of: (chain: Chain) => number) => chains.reduce((total, chain) => total + of(chain), 0);
      const oldest = Math.max(...chains.map(({ oldestLost }) => oldestLost));
      const measured =
        `${sum(({ kills }) => kills)} kills, ${sum(({ torn }) => torn)} of which left half a record; ` +
        `${sum(({ points }) => points)} points read back after them; the oldest point lost was ${oldest} ms old`;
      return { measured, faults: chains.flatMap(({ faults }) => faults) };
    }),
};

/** A run that a chain of processes logs to in one way. */
class Chain {
  kills = 0;
  torn = 0;
  points = 0;
  oldestLost = 0;
  readonly faults: string[] = [];
  private readonly folder: RunFolder;

  constructor(
    private readonly directory: string,
    private readonly name: string,
    private readonly way: LoggingWay,
    private readonly inWrite: boolean,
    private readonly random: RandomStream,
  ) {
    this.folder = { path: join(directory, 'results', name, '1'), experiment: name, number: 1 };
  }

  async run(kills: number, say: (text: string) => void): Promise<void> {
    let saved = 0;
    while (this.kills < kills) {
      const life = await this.live(this.way);
      if (life.killedAt === undefined || life.from === undefined) {
        this.fault(`it exited by itself: ${life.said.slice(-500)}`);
        return;
      }
      this.kills++;
      if (life.from < saved) this.fault(`step ${saved} was saved, but it resumed at ${life.from}`);
      await this.checkAfterKill(life.from, life.logged, life.killedAt).catch((error) => this.fault(messageOf(error)));
      saved = Math.max(life.from, life.saved);
      say(`${this.way}: ${this.kills} of ${kills} kills`);
    }
    const { from, logged, killedAt, said } = await this.live('to the end');
    if (killedAt !== undefined || from === undefined) this.fault(`it did not complete: ${said.slice(-500)}`);
    await this.checkAtEnd(logged.at(-1)?.step ?? 0).catch((error) => this.fault(messageOf(error)));
  }

  private live(way: LoggingWay): Promise<LoggingLife> {
    const argv = this.kills === 0 ? [...loggingFlags, '--run-name', this.name] : ['--resume', `${this.name}/1`];
    const order: LoggingOrder = { directory: this.directory, argv, way, life: this.kills + 1 };
    if (way === 'to the end') return liveLogging(order);
    const after = 200 + this.random.float() * 2000;
    if (!this.inWrite) return liveLogging(order, after);
    return liveLogging({ ...order, crashInWrite: { after, writes: this.random.below(4), share: this.random.float() } });
  }

  /** After a kill both files must have all but the last points, each once. */
  private async checkAfterKill(from: number, logged: readonly LoggedPoint[], killedAt: number): Promise<void> {
    const { records, halfALine, files } = await loggedIn(this.folder.path);
    for (const [index, { step, values }] of records.entries()) {
      const isOfThisLife = values.life === this.kills;
      if (step !== index + 1) return this.fault(`line ${index + 1} of metrics.jsonl has step ${step}`);
      if (step > from !== isOfThisLife) return this.fault(`step ${step} is of life ${values.life}, resumed at ${from}`);
    }
    this.mustReach(records.length, logged, killedAt, 'metrics.jsonl');
    const { name, events, torn } = files.at(-1)!;
    const steps = events.filter(({ kind }) => kind === 'scalars').map(({ step }) => step);
    const gap = steps.findIndex((step, index) => step !== from + index + 1);
    if (gap >= 0) return this.fault(`event ${gap + 1} of ${name} is of step ${steps[gap]}, resumed at ${from}`);
    this.mustReach(from + steps.length, logged, killedAt, name);
    this.points += records.length - from + steps.length;
    if (torn || halfALine) this.torn++;
    await this.mustBeValid();
  }

  /** In the end TensorBoard and metrics.jsonl must have every point once. */
  private async checkAtEnd(last: number): Promise<void> {
    const { records, files } = await loggedIn(this.folder.path);
    const shown = shownSteps(files.map(({ events }) => events));
    const found = { 'metrics.jsonl': records.map(({ step }) => step), TensorBoard: shown };
    for (const [where, steps] of Object.entries(found)) {
      const wrong = steps.findIndex((step, index) => step !== index + 1);
      if (wrong >= 0 || steps.length !== last)
        this.fault(`${where} does not have each of the steps 1 to ${last} once at the end`);
    }
    await this.mustBeValid();
  }

  private mustReach(step: number, logged: readonly LoggedPoint[], killedAt: number, where: string): void {
    const lost = logged.find((point) => point.step > step);
    if (lost === undefined) return;
    const age = killedAt - lost.time;
    this.oldestLost = Math.max(this.oldestLost, age);
    if (age > longestLoss)
      this.fault(`${where} ends at step ${step}; ${lost.step} was logged ${age} ms before the kill`);
  }

  private async mustBeValid(): Promise<void> {
    const { problems } = await verifyRun(this.folder, { deep: true });
    for (const { damage, path, message } of problems) if (damage) this.fault(`${path} ${message}`);
  }

  private fault(what: string): void {
    this.faults.push(`${this.name}, logging ${this.way}, kill ${this.kills}: ${what}`);
  }
}
