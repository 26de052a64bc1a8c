import {
  exitStatusOf,
  type ForgeLibrary,
  invocationFlags,
  type LaunchedRun,
  listenForStop,
  type Run,
  runFlags,
  type StopSignal,
  type TrainResult,
} from '@forge-ml/core';
import { printableText } from '@forge-ml/core/text';
import { oclifFlags } from '../flags/oclif-flags.js';
import { ForgeCommand } from '../forge-command.js';
import { PlainView } from '../progress/plain-view.js';
import { silentView, type TrainView } from '../progress/train-view.js';
import { colorsFor } from '../render/colors.js';
import { shortPath } from '../render/paths.js';
import { columnsOf } from '../render/terminal-width.js';
import { renderEnd } from '../render/train-lines.js';

export default class Train extends ForgeCommand {
  static override summary = 'Train a model, or go on with a run.';
  static override description =
    'With --data-config and --model-config, --help also lists the flags that these two declare.';
  static override strict = false;
  static override flags = oclifFlags({ ...runFlags, ...invocationFlags });
  static override examples = [
    '<%= config.bin %> train --data-config data.ts --model-config model.ts --epochs 3',
    '<%= config.bin %> train --resume digits-cnn',
    '<%= config.bin %> train --resume digits-cnn/2 --epochs 20 --override',
    '<%= config.bin %> train --data-config data.ts --model-config model.ts --launcher local',
  ];

  /** Whether the run is made by another process, which says how it ended. */
  private followed = false;

  async run(): Promise<TrainResult | undefined> {
    const forge = await this.library(this.argv.filter((word) => word !== '--json' && word !== '--debug'));
    const launched = await forge.launch({
      program: [
        process.execPath,
        ...process.execArgv,
        process.argv[1]!,
        'train',
        ...(this.jsonEnabled() ? ['--json'] : []),
      ],
      output: (bytes, stream) => this.passOn(bytes, stream),
    });
    return launched === null ? this.train(forge) : this.follow(launched);
  }

  private async train(forge: ForgeLibrary): Promise<TrainResult> {
    const experiment = await forge.config();
    const view = await this.view();
    const stop = listenForStop({ onRequest: (signal) => view.stopping(signal) });
    const began = performance.now();
    let run: Run | undefined;
    try {
      const onRun = (started: Run) => {
        run = started;
        view.begin(started, experiment);
      };
      const result = await forge.train(experiment, { hooks: view.hooks, stop, onRun });
      view.end();
      const seconds = (performance.now() - began) / 1000;
      this.show(renderEnd(result, seconds, colorsFor(process.stdout), columnsOf(process.stdout)));
      if (stop.signal !== undefined && result.status === 'stopped') process.exitCode = exitStatusOf[stop.signal];
      return result;
    } catch (error) {
      view.end();
      if (run !== undefined) this.tellFailed(run);
      throw error;
    } finally {
      stop.release();
      await experiment.engine.dispose();
    }
  }

  /** Waits for a run that is made elsewhere; a signal is passed on to it, a second one ends it at once. */
  private async follow(launched: LaunchedRun): Promise<undefined> {
    this.followed = true;
    this.show(`Launched by ${launched.launcher}: ${launched.id}`);
    const cancel = () => void launched.cancel();
    const signals = Object.keys(exitStatusOf) as StopSignal[];
    for (const signal of signals) process.on(signal, cancel);
    try {
      process.exitCode = await launched.wait();
    } finally {
      for (const signal of signals) process.off(signal, cancel);
    }
  }

  /** What it writes is what this command writes, with `--json` too. */
  private passOn(bytes: Uint8Array, stream: 'stdout' | 'stderr'): void {
    this.releaseStdout();
    process[stream].write(bytes);
  }

  protected override logJson(value: unknown): void {
    if (!this.followed) super.logJson(value);
  }

  private async view(): Promise<TrainView> {
    if (this.jsonEnabled()) return silentView;
    if (!process.stdout.isTTY || process.env.TERM === 'dumb') return new PlainView();
    const { TerminalView } = await import('../progress/terminal-view.js');
    return new TerminalView();
  }

  private tellFailed({ id, folder }: Run): void {
    this.failureStatus = 1;
    if (!this.jsonEnabled())
      process.stderr.write(`${printableText(id)} failed; what it saved is in ${shortPath(folder)}\n`);
  }
}
