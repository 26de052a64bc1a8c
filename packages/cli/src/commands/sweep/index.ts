import {
  ForgeError,
  type ForgeLibrary,
  isForgeError,
  type ListeningStop,
  listenForStop,
  type PreparedSweep,
} from '@forge-ml/core';
import { exitStatusOf, runFlags } from '@forge-ml/core/cli';
import type { SweepEnd, SweepReport } from '@forge-ml/core/sweeps';
import { nextCommand, readReport } from '@forge-ml/core/sweeps';
import { string } from '@oclif/core/args';
import { readDefinition } from '../../actions/sweep/read-definition.js';
import { readSweepArguments, type SweepArguments } from '../../actions/sweep/sweep-arguments.js';
import { sweepRequest } from '../../actions/sweep/sweep-request.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { sweepFlags } from '../../flags/sweep-flags.js';
import { onUnplannedEnd } from '../../process/guard-process.js';
import { PlainSweepView } from '../../progress/plain-sweep-view.js';
import { type SweepProgressView, silentSweepView } from '../../progress/sweep-progress-view.js';
import { renderSweepBeginning, renderSweepEnd, renderSweepStopping } from '../../render/sweep/sweep-lines.js';
import { colorsFor } from '../../terminal/colors.js';
import { columnsOf } from '../../terminal/terminal-width.js';

const { runName: _, ...ofRuns } = runFlags;

/** What `forge sweep --json` prints: the sweep as `forge sweep show` has it, and how this command ended. */
export interface SweepResult extends SweepReport {
  readonly end: SweepEnd;
}

export default class Sweep extends ForgeCommand {
  static override summary = 'Search flags: train many runs, choose their flags, and find the best.';
  static override description = `Takes the flags of forge train and of both configs, for all runs of the sweep.
Each trial is a run. --resume NAME continues a sweep, whatever ended it. docs/sweeps.md has more.`;
  static override strict = false;
  static override args = {
    file: string({ description: 'File that defines the sweep: sweep.ts. The command line overrides it.' }),
  };
  static override flags = oclifFlags({ ...sweepFlags, ...ofRuns });
  static override examples = [
    "<%= config.bin %> sweep --data-config data.ts --model-config model.ts \\\n    --space 'learningRate=log(1e-5..1e-2)' --space hidden=64,128 \\\n    --minimize valid.loss --trials 20 --workers 4",
    '<%= config.bin %> sweep sweep.ts --trials 50',
    '<%= config.bin %> sweep --resume mnist-sweep',
  ];

  private view: SweepProgressView = silentSweepView;

  async run(): Promise<SweepResult> {
    const words = this.argv.filter((word) => word !== '--json' && word !== '--debug');
    const stop = listenForStop({
      onRequest: (signal) => this.view.print(renderSweepStopping(signal, this.isLocal, colorsFor(process.stdout))),
    });
    const unguard = onUnplannedEnd((error) => stop.fail(error));
    try {
      const given = readSweepArguments(words);
      if (given.flags.resume === null) return await this.start(given, stop);
      return await this.resume(given, stop);
    } catch (error) {
      if (stop.signal !== undefined && isForgeError(error) && error.code === 'STOPPED') {
        this.failureStatus = exitStatusOf(stop.signal);
      }
      throw error;
    } finally {
      this.view.end();
      unguard();
      stop.release();
    }
  }

  private isLocal = true;

  private async start(given: SweepArguments, stop: ListeningStop): Promise<SweepResult> {
    if (given.file !== null && /^[a-z-]+$/.test(given.file)) await this.refuseMisspelled(given.file);
    const request = sweepRequest(await readDefinition(given), given);
    if (Object.keys(request.space).length === 0) throw emptySpace();
    const forge = await this.library(request.config?.argv);
    return this.control(forge, await stop.waitFor(forge.sweep(request)), stop, false);
  }

  private async resume({ flags, space, minimize, maximize, file, rest }: SweepArguments, stop: ListeningStop) {
    const { resume, workers, ...others } = flags;
    const lists = [space, minimize, maximize].some((list) => list.length > 0) || file !== null;
    const isOther = ([name, value]: [string, unknown]) => name !== 'launcher' && value !== null && value !== false;
    if (lists || Object.entries(others).some(isOther)) throw keepsItsSettings(resume!);
    const forge = await this.library(rest);
    const prepared = await stop.waitFor(
      forge.resumeSweep(resume!, {
        ...(workers === null ? {} : { workers }),
        say: (message: string) => this.show(message),
      }),
    );
    return this.control(forge, prepared, stop, true);
  }

  private async control(
    forge: ForgeLibrary,
    prepared: PreparedSweep,
    stop: ListeningStop,
    isResumed: boolean,
  ): Promise<SweepResult> {
    const [colors, columns] = [colorsFor(process.stdout), columnsOf(process.stdout)];
    const results = await forge.resultsFolder();
    this.isLocal = prepared.sweep.launcher.name === 'local';
    this.view = await this.openView(prepared);
    this.view.print(renderSweepBeginning(prepared.progress(), isResumed, colors, columns));
    this.view.begin();
    let end: SweepEnd;
    try {
      end = await prepared.run({ stop, hooks: this.view.hooks });
    } finally {
      this.view.end();
    }
    const report = await readReport(prepared.progress());
    this.show(renderSweepEnd(report, end, { colors, columns, next: nextCommand(report, results) }));
    process.exitCode = statusOf(end, report, stop);
    return { ...report, end };
  }

  private async openView(prepared: PreparedSweep): Promise<SweepProgressView> {
    if (this.jsonEnabled()) return silentSweepView;
    if (!process.stdout.isTTY || process.env.TERM === 'dumb') return new PlainSweepView(prepared.sweep);
    const { TerminalSweepView } = await import('../../progress/terminal-sweep-view.js');
    return new TerminalSweepView(() => prepared.progress());
  }

  /** `forge sweep stauts` is no file. */
  private async refuseMisspelled(word: string): Promise<void> {
    const { stat } = await import('node:fs/promises');
    if ((await stat(word).catch(() => undefined)) !== undefined) return;
    throw await this.unknownCommand(word);
  }
}

function statusOf(end: SweepEnd, { counts }: SweepReport, { signal }: ListeningStop): number {
  if (end.status === 'interrupted') return signal === undefined ? 1 : exitStatusOf(signal);
  // The first failure ended it, or every trial failed: one that stopped early, at a rung, has a value.
  const none = counts.completed + counts.paused + counts.stopped === 0;
  const isFailed = counts.failed > 0 && (none || end.reason?.includes('fail') === true);
  return isFailed ? 1 : 0;
}

function emptySpace(): ForgeError {
  return new ForgeError('SWEEP_INVALID', 'The space of the sweep is empty.', {
    about: 'space',
    hint: "Name what to vary, for example: --space 'learningRate=log(1e-5..1e-2)'.",
  });
}

function keepsItsSettings(name: string): ForgeError {
  return new ForgeError('USAGE', `--resume continues ${name} with its own settings; only --workers may change.`, {
    about: 'resume',
    hint: 'For more trials or a narrower space: forge sweep add.',
  });
}
