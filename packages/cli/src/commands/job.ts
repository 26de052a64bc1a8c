import { listenForStop, type PreparedRun, type Run, type StopRequest } from '@forge-ml/core';
import { exitStatusOf, type JobPlace, type JobResult, type JobRunner } from '@forge-ml/core/cli';
import { ForgeError, flag } from '@forge-ml/core/flags';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../base/forge-command.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { onUnplannedEnd } from '../process/guard-process.js';
import { serveJobs } from '../process/job-worker.js';
import { PlainView } from '../progress/plain-view.js';
import { silentView, type TrainView } from '../progress/train-view.js';
import { renderJobEnd, renderJobStopping } from '../render/job-lines.js';
import { colorsFor } from '../terminal/colors.js';

const flags = {
  worker: flag.boolean(false, 'Do the jobs that the parent process sends, instead of one.'),
};

/** What launchers start. */
export default class JobCommand extends ForgeCommand {
  static override hidden = true;
  static override summary = 'Do a job of a sweep, or a run that a launcher starts.';
  static override args = {
    file: string({ description: 'A file of jobs.' }),
    index: string({ description: 'The line of the job, from 0.' }),
  };
  static override flags = oclifFlags(flags);
  static override examples = ['<%= config.bin %> job results/lr/jobs/1.jsonl 0'];

  async run(): Promise<JobResult | undefined> {
    const {
      flags: { worker },
      words,
    } = await this.read(flags);
    if (worker) return this.serve();
    const result = await this.withRunner((runner, stop) => this.do(runner, placeOf(words), stop));
    process.exitCode = result.status;
    return result.result;
  }

  /** Signals stop the job that is being done, in order. Only Ctrl-C again ends it at once. */
  private async withRunner<T>(
    work: (runner: JobRunner, stop: ReturnType<typeof listenForStop>) => Promise<T>,
  ): Promise<T> {
    const stop = listenForStop({
      onRequest: (signal) => this.show(renderJobStopping(signal, colorsFor(process.stdout))),
      // A cluster sends several signals on the way to the end.
      onSecond: (signal) => (signal === 'SIGINT' ? process.exit(exitStatusOf(signal)) : undefined),
      ignoreHangup: true,
    });
    const unguard = onUnplannedEnd((error) => stop.fail(error));
    try {
      const forge = await this.library([]);
      await using runner = await forge.jobRunner();
      return await work(runner, stop);
    } finally {
      unguard();
      stop.release();
    }
  }

  private async serve(): Promise<undefined> {
    await this.withRunner((runner, stop) =>
      serveJobs({
        ended: new Promise((resolve) => stop.onStop(resolve)),
        run: (place, signal) => this.do(runner, place, stop, signal),
      }),
    );
  }

  private async do(
    runner: JobRunner,
    place: JobPlace,
    stop: ReturnType<typeof listenForStop>,
    signal?: AbortSignal,
  ): Promise<{ readonly result: JobResult; readonly status: number }> {
    const view: TrainView = this.jsonEnabled() ? silentView : new PlainView();
    const result = await runner.run(place, {
      hooks: view.hooks,
      stop,
      signal,
      onControl: ({ signals }) => stop.listenTo(signals),
      onRun: (run: Run, experiment: PreparedRun) => view.begin(run, experiment),
    });
    view.end();
    this.show(renderJobEnd(result, colorsFor(process.stdout)));
    return { result, status: statusOf(result, stop) };
  }
}

/** 0 for what ended well, or goes on by itself. */
function statusOf({ status, again }: JobResult, { signal }: StopRequest): number {
  if (status === 'failed' || status === 'refused') return 1;
  if (status !== 'interrupted' || again !== undefined || signal === undefined) return 0;
  return exitStatusOf(signal);
}

/** @throws ForgeError USAGE */
function placeOf([file, index]: readonly string[]): JobPlace {
  if (file !== undefined && index !== undefined && /^\d{1,9}$/.test(index)) return { file, index: Number(index) };
  throw new ForgeError('USAGE', 'forge job needs a file of jobs, and the index of a job in it.', {
    about: file === undefined ? 'file' : 'index',
    hint: 'For the first one: forge job FILE 0',
  });
}
