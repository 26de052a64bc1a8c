import { join } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import type { Stats, TrainSession } from '../backend/backend.js';
import { parseKeep } from '../checkpoint/policies/parse-keep.js';
import type { SavePolicy } from '../checkpoint/policies/save-policy.js';
import { checkOptions } from '../config/check-options.js';
import type { LoadedData } from '../config/define.js';
import { messageOf } from '../errors/forge-error.js';
import { captureConsole } from '../run/console-log.js';
import type { Run } from '../run/run.js';
import { checkHooks } from '../train/check-hooks.js';
import { joinHooks } from '../train/hook-hub.js';
import { limitsFrom } from '../train/limits.js';
import type { LoopRequest } from '../train/loop-request.js';
import { warnOfMisleadingMetrics } from '../train/misleading-metrics.js';
import { parseSaveEvery } from '../train/parse-save-every.js';
import type { Progress, RunHooks } from '../train/run-hooks.js';
import type { StopRequest } from '../train/stop-request.js';
import { trainLoop } from '../train/train-loop.js';
import { checkSplits, warnOfUnknownMetrics } from '../train/unknown-metrics.js';
import { buildForData } from './build-model.js';
import { WORKPLACE } from './container.js';
import type { Experiment } from './experiment.js';
import { initCheckpoint } from './init-checkpoint.js';
import { loadData, refuseMisnamed, requireValidation } from './load-data.js';
import { namingOtherBackend } from './model-of-other-backend.js';

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
  options: TrainOptions,
): Promise<TrainResult> {
  checkOptions(options, ['hooks', 'stop', 'onRun'], {
    of: 'Forge.train(experiment, options)',
    synonyms: { callbacks: 'hooks', signal: 'stop' },
  });
  checkHooks(options.hooks ?? {}, 'The hooks given to Forge.train');
  const saveWhen = parseSaveEvery(experiment.values.saveEvery);
  const keep = parseKeep(experiment.values.keep);
  const data = await loadData(experiment.data, experiment.values, []);
  if (experiment.reopened === null) refuseMisnamed(data, experiment.data.path);
  await requireValidation(data, experiment.data.path);
  checkSplits(keep, data.valid === undefined ? ['train'] : ['train', 'valid']);
  const built = await namingOtherBackend(container, experiment, () => buildForData(experiment, data));
  const { warn } = container.resolve(WORKPLACE);
  for (const warning of built.session.warnings) warn(warning);
  if (built.session.observe !== undefined && data.valid === undefined) {
    warn('The model follows how it does on validation data, but the data config gives none.');
  }
  if (data.valid === undefined && (experiment.flags.evalEvery?.source ?? 'default') !== 'default') {
    warn('--eval-every has no effect: the data config returns no `valid` to evaluate on.');
  }
  const doubts = joinHooks(
    { report: warnOfUnknownMetrics(keep, warn) },
    { report: warnOfMisleadingMetrics(data.valid?.length, warn) },
  );
  const hooks = joinHooks(doubts, options.hooks ?? {});
  try {
    const run = await initCheckpoint(container, experiment, built);
    const console = captureConsole(join(run.folder, 'console.log'));
    try {
      return await trainRun(run, built.session, data, experiment, saveWhen, { ...options, hooks });
    } finally {
      console.release();
    }
  } finally {
    await built.session.dispose();
  }
}

async function trainRun(
  run: Run,
  session: TrainSession,
  data: LoadedData,
  { values, engine }: Experiment,
  saveWhen: SavePolicy,
  { hooks: own = {}, stop = { signal: undefined }, onRun }: TrainOptions,
): Promise<TrainResult> {
  const hooks = joinHooks(own, run.hooks);
  let checkpoint: string | null = null;
  let progress: Progress = { step: run.from.step, epoch: run.from.data.epoch, totalSteps: undefined };
  const finish = async (status: TrainResult['status'] | 'failed', reason: string | null, epoch?: number) => {
    await run.finish(status, reason, epoch);
    await hooks.end?.({ status, progress, metrics: run.metrics });
  };
  const request: LoopRequest = {
    session,
    train: data.train,
    valid: data.valid,
    run: {
      log(report) {
        run.log(report);
        hooks.report?.({ ...report, time: Date.now() });
      },
      async save(position) {
        const saved = async (path: string) => {
          checkpoint = path;
          await hooks.checkpoint?.({ step: position.step, path });
        };
        if (values.saveMode === 'sync') await saved(await run.save(position));
        else await run.saveBehind(position, saved);
        saveWhen.saved();
      },
      get savingHere() {
        return run.savingHere;
      },
    },
    from: run.from,
    limits: limitsFrom(values),
    reportEvery: values.reportEvery,
    // Reading what a GPU has computed would make it wait at every step.
    readAll: engine.info.device === 'cpu',
    evalEvery: values.evalEvery,
    saveDue: (step) => saveWhen.due(step) && !(saveWhen.mayWait && run.saving),
    hooks: {
      start(now) {
        progress = now;
        return hooks.start?.(now);
      },
      step(now) {
        progress = now;
        run.checkSaves();
        hooks.step?.(now);
      },
    },
    stop,
  };
  onRun?.(run);
  const training = async () => {
    const end = await trainLoop(request);
    await run.settle();
    return end;
  };
  const end = await training().catch(async (error: unknown) => {
    // What went wrong first is what a person must hear of.
    await finish('failed', messageOf(error)).catch(() => undefined);
    throw error;
  });
  await finish(end.status, end.status === 'stopped' ? (stop.signal ?? null) : null, end.data.epoch);
  const { folder, metrics } = run;
  return { run: folder, ...run.place, status: end.status, step: end.step, epoch: end.data.epoch, metrics, checkpoint };
}
