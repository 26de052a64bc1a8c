import type { SweepHooks, SweepView } from '@forge-ml/core/sweeps';
import { printableLines } from '@forge-ml/core/text';
import { RunningTrials, type RunStep } from '../actions/sweep/running-trials.js';
import { renderSweepStatus } from '../render/sweep/sweep-status.js';
import { colorsFor } from '../terminal/colors.js';
import { LiveBlock } from '../terminal/live-block.js';
import { noticeHooks } from './sweep-hook-lines.js';
import type { SweepProgressView } from './sweep-progress-view.js';

/** How often the screen is drawn, and the running runs are looked at, ms. */
const drawEvery = 1000;

/** The view for terminals: the state of the sweep, redrawn in place. */
export class TerminalSweepView implements SweepProgressView {
  private block: LiveBlock | undefined;
  private timer: NodeJS.Timeout | undefined;
  private steps: ReadonlyMap<number, RunStep> = new Map();
  private isLooking = false;
  private readonly running = new RunningTrials();
  /** What was printed while the block was drawn: it would be overwritten. */
  private readonly held: string[] = [];
  private readonly resized = () => {
    this.block?.resized();
    this.draw();
  };

  readonly hooks: SweepHooks = { ...noticeHooks((line) => this.print(line)), onChange: () => this.draw() };

  constructor(private readonly read: () => SweepView) {}

  begin(): void {
    this.block = new LiveBlock(process.stdout);
    process.stdout.on('resize', this.resized);
    this.timer = setInterval(() => void this.look(), drawEvery);
    this.draw();
  }

  print(text: string): void {
    if (this.block === undefined) process.stdout.write(`${printableLines(text)}\n`);
    else {
      this.held.push(text);
      this.draw();
    }
  }

  end(): void {
    const { block } = this;
    if (block === undefined) return;
    clearInterval(this.timer);
    process.stdout.off('resize', this.resized);
    this.draw();
    this.block = undefined;
    block.stop();
    for (const text of this.held.splice(0)) this.print(text);
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    this.steps = await this.running.look(this.read());
    this.isLooking = false;
    this.draw();
  }

  private draw(): void {
    const { columns = 80, rows = 24 } = process.stdout;
    const notice = this.held.at(-1)?.split('\n')[0];
    this.block?.draw(
      renderSweepStatus(this.read(), {
        ...{ colors: colorsFor(process.stdout), columns, rows: rows - 1, steps: this.steps, next: null },
        ...(notice === undefined ? {} : { footer: notice }),
      }),
    );
  }
}
