import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ForgeLibrary,
  isForgeError,
  type LaunchedRun,
  type ListeningStop,
  listenForStop,
  type PreparedRun,
  type Run,
  type StopSignal,
  type TrainResult,
} from '@forge-ml/core';
import { Arguments, exitStatusOf, invocationFlags, readArguments, runFlags, stopSignals } from '@forge-ml/core/cli';
import { environmentLayer, plainValues, resolveFlags } from '@forge-ml/core/flags';
import { printableText } from '@forge-ml/core/text';
import type { DryRunReport } from '../actions/dry-run.js';
import type { RepeatedTraining, RepeatProgress } from '../actions/repeat-training.js';
import { ForgeCommand } from '../base/forge-command.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { repeatFlag } from '../flags/repeat-flag.js';
import { leavePlanned, onUnplannedEnd } from '../process/guard-process.js';
import { PlainView } from '../progress/plain-view.js';
import { silentView, type TrainView } from '../progress/train-view.js';
import { renderEnd } from '../render/train-lines.js';
import { colorsFor } from '../terminal/colors.js';
import { shortPath } from '../terminal/paths.js';
import { columnsOf } from '../terminal/terminal-width.js';

export default class Train extends ForgeCommand {
  static override summary = 'Train a model, or resume a run.';
  static override description = 'With --data-config and --model-config, --help also lists the flags of these configs.';
  static override strict = false;
  static override flags = oclifFlags({ ...runFlags, ...invocationFlags });
  static override examples = [
    '<%= config.bin %> train --data-config data.ts --model-config model.ts --epochs 3',
    '<%= config.bin %> train --resume digits-cnn',
    '<%= config.bin %> train --resume digits-cnn/2 --epochs 20 --override',
    '<%= config.bin %> train --data-config data.ts --model-config model.ts --repeat 5',
    '<%= config.bin %> train --data-config data.ts --model-config model.ts --dry-run',
    '<%= config.bin %> train --data-config data.ts --model-config model.ts --launcher local',
  ];

  /** Whether another process trains the run, and reports how it ended. */
  private launched = false;

  private view: TrainView = silentView;
  private experiment: PreparedRun | undefined;

  async run(): Promise<TrainResult | DryRunReport | RepeatedTraining | undefined> {
    const words = this.argv.filter((word) => word !== '--json' && word !== '--debug');
    const onHangup = hangupFlag(words);
    const repeat = this.repeatFlag(words);
    let launched: LaunchedRun | null = null;
    const stop = listenForStop({
      onRequest: (signal) => (launched === null ? this.view.stopping(signal) : void launched.cancel()),
      onSecond: (signal) => (launched === null ? this.endNow(signal) : void launched.cancel()),
      ...(onHangup === null ? {} : { ignoreHangup: onHangup === 'ignore' }),
    });
    const unguard = onUnplannedEnd((error) => stop.fail(error));
    try {
      const forge = await this.library(words);
      launched = await this.launch(forge);
      if (launched !== null) return await this.follow(launched);
      return await (repeat === null ? this.train(forge, stop) : this.repeat(forge, stop, words, repeat));
    } catch (error) {
      if (stop.signal !== undefined && isForgeError(error) && error.code === 'STOPPED') {
        this.failureStatus = exitStatusOf(stop.signal);
      }
      throw error;
    } finally {
      unguard();
      stop.release();
    }
  }

  /** What is trained. */
  protected prepare(forge: ForgeLibrary): Promise<PreparedRun> {
    return forge.config();
  }

  protected launch(forge: ForgeLibrary): Promise<LaunchedRun | null> {
    const program = [process.execPath, ...process.execArgv, process.argv[1]!] as const;
    return forge.launch({
      program: [...program, 'train', ...(this.jsonEnabled() ? ['--json'] : [])],
      jobProgram: program,
      output: (bytes, stream) => this.forwardOutput(bytes, stream),
    });
  }

  /** How many runs to train; null for one. */
  protected repeatFlag(words: readonly string[]): number | null {
    return repeatFlag(words);
  }

  private async train(forge: ForgeLibrary, stop: ListeningStop): Promise<TrainResult | DryRunReport> {
    const experiment = await stop.waitFor(this.prepare(forge));
    if (!experiment.dryRun) return this.trainOne(forge, stop, experiment);
    this.experiment = experiment;
    return this.dryRun(forge, experiment, stop);
  }

  /** Trains runs that differ in the seed, one after the other, and summarizes them. */
  private async repeat(
    forge: ForgeLibrary,
    stop: ListeningStop,
    words: readonly string[],
    count: number,
  ): Promise<RepeatedTraining> {
    const { trainRepeatedly } = await import('../actions/repeat-training.js');
    const once = new Arguments(words).without({ repeat: invocationFlags.repeat });
    const withoutSeed = new Arguments(once).without({ seed: runFlags.seed });
    const progress: RepeatProgress = { runs: [], seedsLeft: [] };
    try {
      await trainRepeatedly(count, progress, {
        prepare: (seed) =>
          stop.waitFor(forge.config({ argv: seed === undefined ? once : [...withoutSeed, '--seed', String(seed)] })),
        train: (run, index) => {
          const { bold } = colorsFor(process.stdout);
          this.show(`${index === 0 ? '' : '\n'}${bold(`Run ${index + 1} of ${count}, seed ${run.values.seed}`)}`);
          return this.trainOne(forge, stop, run);
        },
        warn: (message) => this.showWarning(message),
      });
    } catch (error) {
      this.failureData = await this.showRepeats(progress, withoutSeed);
      throw error;
    }
    return this.showRepeats(progress, withoutSeed);
  }

  private async showRepeats(progress: RepeatProgress, words: readonly string[]): Promise<RepeatedTraining> {
    const { summarizeRepeats } = await import('../actions/repeat-training.js');
    const { renderRepeated, renderSeedsLeft } = await import('../render/runs/repeated-training.js');
    const { result, read } = await summarizeRepeats(progress);
    const [colors, columns] = [colorsFor(process.stdout), columnsOf(process.stdout)];
    if (read.length > 0) {
      this.show('');
      this.showTable(renderRepeated(result, read, colors, columns));
    }
    const left = renderSeedsLeft(result.seedsLeft, words);
    if (left !== '') this.show(`\n${left}`);
    return result;
  }

  private async trainOne(forge: ForgeLibrary, stop: ListeningStop, experiment: PreparedRun): Promise<TrainResult> {
    this.experiment = experiment;
    this.view = await this.openView();
    const { view } = this;
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
      const [colors, columns] = [colorsFor(process.stdout), columnsOf(process.stdout)];
      this.show(renderEnd(result, seconds, colors, columns));
      if (result.profile !== null) {
        const { renderProfile } = await import('../render/profile.js');
        this.show(`\n${renderProfile(result.profile, shortPath(join(result.run, 'profile.json')), colors, columns)}`);
      }
      if (stop.signal !== undefined && result.status === 'stopped') process.exitCode = exitStatusOf(stop.signal);
      return result;
    } catch (error) {
      view.end();
      if (run !== undefined) this.reportFailed(run);
      throw error;
    } finally {
      await this.disposeEngine();
    }
  }

  private async dryRun(forge: ForgeLibrary, experiment: PreparedRun, stop: ListeningStop): Promise<DryRunReport> {
    const { picturesOf, reportDryRun } = await import('../actions/dry-run.js');
    const { renderDryRun } = await import('../render/dry-run.js');
    try {
      const found = await forge.dryRun(experiment, { stop });
      const report = reportDryRun(found);
      const [colors, columns] = [colorsFor(process.stdout), columnsOf(process.stdout)];
      if (colors.isColorSupported && !this.jsonEnabled()) {
        const { renderPictures } = await import('../render/pictures.js');
        for (const pictures of Object.values(picturesOf(found.batch))) {
          // Of numbers alone: nothing in it is to be escaped.
          process.stdout.write(`${renderPictures(pictures, Math.min(columns, 200))}\n\n`);
        }
      }
      this.show(renderDryRun(report, colors, columns));
      return report;
    } finally {
      await this.disposeEngine();
    }
  }

  /**
   * Exits without saving. Disposes of the engine first, because some engines abort a process that exits while their
   * threads run. If that takes too long, the signal ends the process.
   */
  private async endNow(signal: StopSignal): Promise<void> {
    const disposed = await this.disposeEngine();
    leavePlanned();
    if (disposed) process.exit(exitStatusOf(signal));
    for (const name of stopSignals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  }

  /** @returns whether the engine was disposed of within a second */
  private async disposeEngine(): Promise<boolean> {
    const disposing = (async () => this.experiment?.engine.dispose())().then(
      () => true,
      () => true,
    );
    return Promise.race([disposing, delay(1000, false, { ref: false })]);
  }

  /** Waits for a run that another process trains. A signal is forwarded to it, a second one ends it at once. */
  private async follow(launched: LaunchedRun): Promise<undefined> {
    this.launched = true;
    this.show(`Launched by ${launched.launcher}: ${launched.id}`);
    process.exitCode = await launched.wait();
  }

  /** Forwards the output of that process, which also prints the object of `--json`. */
  private forwardOutput(bytes: Uint8Array, stream: 'stdout' | 'stderr'): void {
    this.releaseStdout();
    process[stream].write(bytes);
  }

  protected override logJson(value: unknown): void {
    if (!this.launched) super.logJson(value);
  }

  private async openView(): Promise<TrainView> {
    if (this.jsonEnabled()) return silentView;
    if (!process.stdout.isTTY || process.env.TERM === 'dumb') return new PlainView();
    const { TerminalView } = await import('../progress/terminal-view.js');
    return new TerminalView();
  }

  private reportFailed({ id, folder, lastSaved }: Run): void {
    this.failureStatus = 1;
    if (this.jsonEnabled()) return;
    const rest = lastSaved === null ? 'nothing was saved' : `its checkpoints are in ${shortPath(folder)}`;
    process.stderr.write(`${printableText(id)} failed; ${rest}\n`);
  }
}

/** Read by itself: signals are watched for before anything else is read. */
function hangupFlag(words: readonly string[]): unknown {
  const specs = { onHangup: invocationFlags.onHangup };
  const environment = { ...environmentLayer(process.env, process.cwd()), ignoreUnknown: true };
  const given = { source: 'command line', values: readArguments(words, specs).values } as const;
  return plainValues(resolveFlags(specs, [environment, given])).onHangup;
}
