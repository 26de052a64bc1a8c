import { join } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import type { Stats } from '../backend/backend.js';
import { messageOf } from '../errors/forge-error.js';
import { captureConsole } from '../run/console-log.js';
import type { Run } from '../run/run.js';
import { limitsFrom } from '../train/limits.js';
import { parseSaveEvery } from '../train/parse-save-every.js';
import type { Progress, RunHooks } from '../train/run-hooks.js';
import type { StopRequest } from '../train/stop-signals.js';
import { type LoopEnd, trainLoop } from '../train/train-loop.js';
import { buildForData, loadData } from './build-model.js';
import { WORKPLACE } from './container.js';
import type { Experiment } from './experiment.js';
import { initCheckpoint } from './init-checkpoint.js';

/** How a training run ended. */
export interface TrainResult {
  /** The run's folder. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly status: 'completed' | 'stopped';
  readonly step: number;
  readonly epoch: number;
  /** The newest numbers of each split: `train`, `valid`. */
  readonly metrics: Readonly<Record<string, Stats>>;
  /** The folder of the last checkpoint. */
  readonly checkpoint: string | null;
}

export interface TrainOptions {
  readonly hooks?: RunHooks;
  /** Looked at between steps; never asked to stop where left out. */
  readonly stop?: StopRequest;
  /** Called once the run has its folder. */
  readonly onRun?: (run: Run) => void;
}

/** Trains an experiment from where it stands to its limits: data, model, run, loop, end. */
export async function train(
  container: DependencyContainer,
  experiment: Experiment,
  { hooks = {}, stop = { signal: undefined }, onRun }: TrainOptions,
): Promise<TrainResult> {
  const { values } = experiment;
  const saveWhen = parseSaveEvery(values.saveEvery);
  const data = await loadData(experiment.data, values, []);
  const built = await buildForData(experiment, data);
  for (const warning of built.session.warnings) container.resolve(WORKPLACE).warn(warning);
  let checkpoint: string | null = null;
  try {
    const run = await initCheckpoint(container, experiment, built);
    const console = captureConsole(join(run.folder, 'console.log'));
    let progress: Progress = { step: run.from.step, epoch: run.from.data.epoch, totalSteps: undefined };
    const ended = async (status: TrainResult['status'] | 'failed') =>
      hooks.end?.({ status, progress, metrics: run.metrics });
    try {
      let end: LoopEnd;
      try {
        onRun?.(run);
        end = await trainLoop({
          session: built.session,
          train: data.train,
          valid: data.valid,
          run: {
            log: (report) => {
              run.log(report);
              hooks.report?.({ ...report, time: Date.now() });
            },
            save: async (position) => {
              checkpoint = await run.save(position);
              saveWhen.saved();
              await hooks.checkpoint?.({ step: position.step, path: checkpoint });
            },
          },
          from: run.from,
          limits: limitsFrom(values),
          reportEvery: values.reportEvery,
          evalEvery: values.evalEvery,
          saveDue: (step) => saveWhen.due({ step, end: false }),
          hooks: {
            start(now) {
              progress = now;
              return hooks.start?.(now);
            },
            step(now) {
              progress = now;
              hooks.step?.(now);
            },
          },
          stop,
        });
      } catch (error) {
        await run.finish('failed', messageOf(error)).catch(() => undefined);
        // What went wrong first is what a person must hear of.
        await ended('failed').catch(() => undefined);
        throw error;
      }
      await run.finish(end.status, end.status === 'stopped' ? (stop.signal ?? null) : null);
      await ended(end.status);
      const [experimentName, number] = run.id.split('/') as [string, string];
      return {
        run: run.folder,
        experiment: experimentName,
        number: Number(number),
        status: end.status,
        step: end.step,
        epoch: end.data.epoch,
        metrics: run.metrics,
        checkpoint,
      };
    } finally {
      console.release();
    }
  } finally {
    await built.session.dispose();
  }
}
