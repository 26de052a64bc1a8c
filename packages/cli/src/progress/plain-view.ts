import {
  type MetricRecord,
  type PreparedRun,
  type Progress,
  parameterTable,
  type Run,
  type RunHooks,
  type StopSignal,
} from '@forge-ml/core';
import { formatDuration, printableLines } from '@forge-ml/core/text';
import { renderMemory } from '../render/memory.js';
import { renderParameters } from '../render/parameter-table.js';
import { renderBeginning, renderStopping } from '../render/train-lines.js';
import { colorsFor } from '../terminal/colors.js';
import { formatRate, formatStats } from '../terminal/numbers.js';
import { shortPath } from '../terminal/paths.js';
import { columnsOf } from '../terminal/terminal-width.js';
import { wrapWords } from '../terminal/wrap.js';
import { Pace } from './pace.js';
import type { TrainView } from './train-view.js';

/** Least time between two lines of training metrics, ms. */
const lineEvery = 1000;

/** The view for pipes: plain lines for training metrics at intervals, and for every evaluation and checkpoint. */
export class PlainView implements TrainView {
  private readonly colors = colorsFor(process.stdout);
  private readonly pace = new Pace();
  private waitsForSaves = false;
  private totalSteps: number | undefined;
  private printedAt = Number.NEGATIVE_INFINITY;

  readonly hooks: RunHooks = {
    start: ({ totalSteps }: Progress) => {
      this.totalSteps = totalSteps;
    },
    step: ({ step }) => this.pace.step(step, performance.now()),
    report: (record) => (record.split === 'train' ? this.training(record) : this.evaluation(record)),
    checkpoint: ({ step, path }) => {
      if (this.waitsForSaves) this.pace.rest(performance.now());
      this.print(`${this.at(step)}  saved ${shortPath(path)}`);
    },
  };

  begin(run: Run, experiment: PreparedRun): void {
    this.waitsForSaves = experiment.values.saveMode === 'sync';
    this.print(renderBeginning(run, experiment, this.colors));
    this.print(renderParameters(parameterTable(run.parameters, run.base), this.colors, columnsOf(process.stdout)));
    if (run.memory !== undefined) this.print(wrapWords(renderMemory(run.memory), columnsOf(process.stdout)));
  }

  stopping(signal: StopSignal): void {
    this.print(renderStopping(signal, this.colors));
  }

  end(): void {}

  private training({ step, epoch, values }: MetricRecord): void {
    const now = performance.now();
    if (now - this.printedAt < lineEvery) return;
    this.printedAt = now;
    const { stepsPerSecond } = this.pace;
    const left = this.totalSteps === undefined ? undefined : this.pace.secondsUntil(this.totalSteps);
    const parts = [this.at(step), `epoch ${epoch + 1}`, formatStats(values)];
    if (stepsPerSecond !== undefined) parts.push(formatRate(stepsPerSecond));
    if (left !== undefined) parts.push(`${formatDuration(left)} left`);
    this.print(parts.join('  '));
  }

  private evaluation({ step, split, values }: MetricRecord): void {
    this.pace.rest(performance.now());
    this.print(`${this.at(step)}  ${split}  ${formatStats(values)}`);
  }

  private at(step: number): string {
    return this.totalSteps === undefined ? `step ${step}` : `step ${step}/${this.totalSteps}`;
  }

  private print(text: string): void {
    process.stdout.write(`${printableLines(text)}\n`);
  }
}
