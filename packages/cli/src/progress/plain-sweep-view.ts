import type { SweepFile, SweepHooks } from '@forge-ml/core/sweeps';
import { printableLines } from '@forge-ml/core/text';
import { renderTrialLine } from '../render/sweep/trial-line.js';
import { colorsFor } from '../terminal/colors.js';
import { noticeHooks } from './sweep-hook-lines.js';
import type { SweepProgressView } from './sweep-progress-view.js';

/** The view for pipes: a line for each trial that ended or reached a rung. */
export class PlainSweepView implements SweepProgressView {
  readonly hooks: SweepHooks = {
    ...noticeHooks((line) => this.print(line)),
    onTrial: (trial) => this.print(renderTrialLine(trial, this.sweep, colorsFor(process.stdout))),
  };

  constructor(private readonly sweep: SweepFile) {}

  begin(): void {}

  print(text: string): void {
    process.stdout.write(`${printableLines(text)}\n`);
  }

  end(): void {}
}
