import type { Experiment, MetricRecord, Progress, Run, RunHooks, StopSignal } from '@forge-ml/core';
import { printableLines } from '@forge-ml/core/text';
import { renderBeginning, renderStopping } from '../render/train-lines.js';
import { colorsFor } from '../terminal/colors.js';
import { formatDuration, formatRate, formatStats } from '../terminal/numbers.js';
import { shortPath } from '../terminal/paths.js';
import { Pace } from './pace.js';
import type { TrainView } from './train-view.js';

/** Milliseconds between two lines about the same split: a log that is read, not a flood. */
const lineEvery = 1000;

/** Piped: plain lines, a calm one for the training metrics, and every evaluation and checkpoint. */
export class PlainView implements TrainView {
  private readonly colors = colorsFor(process.stdout);
  private readonly pace = new Pace();
  private waitsForSaves = false;
  private totalSteps: number | undefined;
  private saidAt = Number.NEGATIVE_INFINITY;

  readonly hooks: RunHooks = {
    start: ({ totalSteps }: Progress) => {
      this.totalSteps = totalSteps;
    },
    step: ({ step }) => this.pace.step(step, performance.now()),
    report: (record) => (record.split === 'train' ? this.training(record) : this.evaluation(record)),
    checkpoint: ({ step, path }) => {
      if (this.waitsForSaves) this.pace.rest(performance.now());
      this.say(`${this.at(step)}  saved ${shortPath(path)}`);
    },
  };

  begin(run: Run, experiment: Experiment): void {
    this.waitsForSaves = experiment.values.saveMode === 'sync';
    this.say(renderBeginning(run, experiment, this.colors));
  }

  stopping(signal: StopSignal): void {
    this.say(renderStopping(signal, this.colors));
  }

  end(): void {}

  private training({ step, epoch, values }: MetricRecord): void {
    const now = performance.now();
    if (now - this.saidAt < lineEvery) return;
    this.saidAt = now;
    const { stepsPerSecond } = this.pace;
    const left = this.totalSteps === undefined ? undefined : this.pace.secondsUntil(this.totalSteps);
    const parts = [this.at(step), `epoch ${epoch + 1}`, formatStats(values)];
    if (stepsPerSecond !== undefined) parts.push(formatRate(stepsPerSecond));
    if (left !== undefined) parts.push(`${formatDuration(left)} left`);
    this.say(parts.join('  '));
  }

  private evaluation({ step, split, values }: MetricRecord): void {
    this.pace.rest(performance.now());
    this.say(`${this.at(step)}  ${split}  ${formatStats(values)}`);
  }

  private at(step: number): string {
    return this.totalSteps === undefined ? `step ${step}` : `step ${step}/${this.totalSteps}`;
  }

  private say(text: string): void {
    process.stdout.write(`${printableLines(text)}\n`);
  }
}
