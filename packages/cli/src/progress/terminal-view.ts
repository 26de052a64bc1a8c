import {
  type PreparedRun,
  type Progress,
  parameterTable,
  type Run,
  type RunHooks,
  type StopSignal,
} from '@forge-ml/core';
import { formatNumber, printableLines, printableText } from '@forge-ml/core/text';
import { renderMemory } from '../render/memory.js';
import { renderParameters } from '../render/parameter-table.js';
import { renderBeginning, renderStopping } from '../render/train-lines.js';
import { colorsFor } from '../terminal/colors.js';
import { LiveLine } from '../terminal/live-line.js';
import { columnsOf } from '../terminal/terminal-width.js';
import { wrapParts, wrapWords } from '../terminal/wrap.js';
import { barLine } from './bar-line.js';
import { Pace } from './pace.js';
import type { TrainView } from './train-view.js';

const drawEvery = 80;

/** The view for terminals: a progress bar in the last line, and above it a line for each evaluation. */
export class TerminalView implements TrainView {
  private readonly colors = colorsFor(process.stdout);
  private readonly live = new LiveLine();
  private readonly pace = new Pace();
  private waitsForSaves = false;
  private progress: Progress = { step: 0, epoch: 0, totalSteps: undefined };
  private stats: Readonly<Record<string, number>> = {};
  private drawnAt = 0;

  readonly hooks: RunHooks = {
    start: (progress) => {
      this.progress = progress;
      this.live.start();
      this.draw();
    },
    step: (progress) => {
      this.progress = progress;
      const now = performance.now();
      this.pace.step(progress.step, now);
      if (now - this.drawnAt >= drawEvery) this.draw(now);
    },
    report: ({ split, step, values }) => {
      if (split === 'train') {
        this.stats = values;
        return;
      }
      this.pace.rest(performance.now());
      const stats = Object.entries(values).map(
        ([name, value]) => `${this.colors.dim(printableText(name))} ${formatNumber(value)}`,
      );
      const lead = `${this.colors.dim('step')} ${step}  ${this.colors.bold(split)}`;
      this.print(wrapParts(lead, stats, columnsOf(process.stdout)));
      this.draw();
    },
    checkpoint: () => {
      if (this.waitsForSaves) this.pace.rest(performance.now());
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

  end(): void {
    this.live.stop();
  }

  private print(text: string): void {
    process.stdout.write(`${printableLines(text)}\n`);
  }

  private draw(now = performance.now()): void {
    this.drawnAt = now;
    const { step, totalSteps } = this.progress;
    const secondsLeft = totalSteps === undefined ? undefined : this.pace.secondsUntil(totalSteps);
    const state = { ...this.progress, stats: this.stats, stepsPerSecond: this.pace.stepsPerSecond, secondsLeft };
    this.live.draw(step === 0 ? this.colors.dim('first step …') : barLine(state, this.live.columns, this.colors));
  }
}
