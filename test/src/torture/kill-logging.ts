import { join } from 'node:path';
import { messageOf, RandomStream, type RunFolder, verifyRun } from '@forge-ml/core';
import { inFolder } from '../cli/folder.js';
import { shownSteps } from './event-file.js';
import { sized, type TortureIdea } from './idea.js';
import { loggedIn } from './logged-files.js';
import { type LoggedPoint, type LoggingLife, liveLogging } from './logging-life.js';
import type { LoggingOrder, LoggingWay } from './logging-process.js';
import { loggingFlags, writeLoggingProject } from './logging-project.js';

/** How old a point may be that a kill takes, ms. */
const promised = 1000;
/** Ways to log, and whether the process dies in the middle of a write. */
const chains: readonly (readonly [way: LoggingWay, inWrite: boolean])[] = [
  ['steadily', false],
  ['in pairs', false],
  ['without a turn', false],
  ['flooding', false],
  ['flooding', true],
];

/** Logs by `run.log` in several ways, killed and taken up again and again, in the middle of a write too. */
export const killLogging: TortureIdea = {
  name: 'logging',
  bar: 'a kill takes at most the last second of points, no half line is believed, a resume has every point once',
  run: (request) =>
    inFolder(async (folder) => {
      await writeLoggingProject(folder);
      const kills = sized(request, { slice: 2, whole: 40 });
      const torments = chains.map(([way, inWrite], index) => {
        return new Torment(folder, `chain-${index}`, way, inWrite, RandomStream.of(request.seed, `logging ${index}`));
      });
      await Promise.all(torments.map((torment) => torment.run(kills, request.say)));
      const sum = (of: (torment: Torment) => number) => torments.reduce((total, torment) => total + of(torment), 0);
      const oldest = Math.max(...torments.map(({ oldestLost }) => oldestLost));
      const measured =
        `${sum(({ kills }) => kills)} kills, ${sum(({ torn }) => torn)} of them left half a record; ` +
        `${sum(({ points }) => points)} points read back after them; the oldest point lost was ${oldest} ms old`;
      return { measured, faults: torments.flatMap(({ faults }) => faults) };
    }),
};

/** One run that is logged to in one way, by one process after the other. */
class Torment {
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
        this.fault(`it ended by itself: ${life.said.slice(-500)}`);
        return;
      }
      this.kills++;
      if (life.from < saved) this.fault(`step ${saved} was saved, and it went on from ${life.from}`);
      await this.lookAt(life.from, life.logged, life.killedAt).catch((error) => this.fault(messageOf(error)));
      saved = Math.max(life.from, life.saved);
      say(`${this.way}: ${this.kills} of ${kills} kills`);
    }
    const { from, logged, killedAt, said } = await this.live('to the end');
    if (killedAt !== undefined || from === undefined) this.fault(`it did not come to its end: ${said.slice(-500)}`);
    await this.lookAtEnd(logged.at(-1)?.step ?? 0).catch((error) => this.fault(messageOf(error)));
  }

  private live(way: LoggingWay): Promise<LoggingLife> {
    const argv = this.kills === 0 ? [...loggingFlags, '--run-name', this.name] : ['--resume', `${this.name}/1`];
    const order: LoggingOrder = { directory: this.directory, argv, way, life: this.kills + 1 };
    if (way === 'to the end') return liveLogging(order);
    const after = 200 + this.random.float() * 2000;
    if (!this.inWrite) return liveLogging(order, after);
    return liveLogging({ ...order, dieInWrite: { after, writes: this.random.below(4), share: this.random.float() } });
  }

  /** What is there after a kill: all but the last points, each once, in both files. */
  private async lookAt(from: number, logged: readonly LoggedPoint[], killedAt: number): Promise<void> {
    const { records, halfALine, files } = await loggedIn(this.folder.path);
    for (const [index, { step, values }] of records.entries()) {
      const isOfThisLife = values.life === this.kills;
      if (step !== index + 1) return this.fault(`line ${index + 1} of metrics.jsonl holds step ${step}`);
      if (step > from !== isOfThisLife)
        return this.fault(`step ${step} is of life ${values.life}, going on from ${from}`);
    }
    this.mustReach(records.length, logged, killedAt, 'metrics.jsonl');
    const { name, events, torn } = files.at(-1)!;
    const steps = events.filter(({ kind }) => kind === 'scalars').map(({ step }) => step);
    const gap = steps.findIndex((step, index) => step !== from + index + 1);
    if (gap >= 0) return this.fault(`event ${gap + 1} of ${name} is of step ${steps[gap]}, going on from ${from}`);
    this.mustReach(from + steps.length, logged, killedAt, name);
    this.points += records.length - from + steps.length;
    if (torn || halfALine) this.torn++;
    await this.mustBeSound();
  }

  /** What TensorBoard and readers of metrics.jsonl find once the run is complete: every point once. */
  private async lookAtEnd(last: number): Promise<void> {
    const { records, files } = await loggedIn(this.folder.path);
    const shown = shownSteps(files.map(({ events }) => events));
    const found = { 'metrics.jsonl': records.map(({ step }) => step), TensorBoard: shown };
    for (const [where, steps] of Object.entries(found)) {
      const wrong = steps.findIndex((step, index) => step !== index + 1);
      if (wrong >= 0 || steps.length !== last) this.fault(`${where} has not steps 1 to ${last} once each at the end`);
    }
    await this.mustBeSound();
  }

  private mustReach(step: number, logged: readonly LoggedPoint[], killedAt: number, where: string): void {
    const lost = logged.find((point) => point.step > step);
    if (lost === undefined) return;
    const age = killedAt - lost.time;
    this.oldestLost = Math.max(this.oldestLost, age);
    if (age > promised) this.fault(`${where} ends at step ${step}; ${lost.step} was logged ${age} ms before the kill`);
  }

  private async mustBeSound(): Promise<void> {
    const { problems } = await verifyRun(this.folder, { deep: true });
    for (const { damage, path, message } of problems) if (damage) this.fault(`${path} ${message}`);
  }

  private fault(what: string): void {
    this.faults.push(`${this.name}, logging ${this.way}, kill ${this.kills}: ${what}`);
  }
}
