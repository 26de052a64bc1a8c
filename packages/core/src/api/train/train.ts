import { basename, join } from 'node:path';
import type { Stats, TrainSession } from '../../backend/backend.js';
import { parseKeep } from '../../checkpoint/policies/parse-keep.js';
import { parseSaveEvery } from '../../checkpoint/policies/parse-save-every.js';
import type { SavePolicy } from '../../checkpoint/policies/save-policy.js';
import type { LoadedData } from '../../config/define.js';
import { checkOptions } from '../../errors/check-options.js';
import { messageOf } from '../../errors/forge-error.js';
import { captureConsole } from '../../run/console/console-log.js';
import type { Run } from '../../run/run.js';
import { checkHooks } from '../../train/hooks/check-hooks.js';
import { joinHooks } from '../../train/hooks/hook-hub.js';
import type { Progress, RunHooks } from '../../train/hooks/run-hooks.js';
import { limitsFrom } from '../../train/loop/limits.js';
import type { LoopRequest } from '../../train/loop/loop-request.js';
import { warnOfMisleadingMetrics } from '../../train/loop/misleading-metrics.js';
import { trainLoop } from '../../train/loop/train-loop.js';
import { checkNames, checkSplits, warnOfUnknownMetrics } from '../../train/loop/unknown-metrics.js';
import { failIfHung } from '../../train/loop/until-hung.js';
import { RunPhase } from '../../train/stop/run-phase.js';
import { type StopRequest, unlessStopped } from '../../train/stop/stop-request.js';
import { watchEnds } from '../../train/stop/watch-ends.js';
import { loadData, refuseMisnamed } from '../data/load-data.js';
import { buildForData } from '../prepare/build-model.js';
import { nameOtherBackend } from '../prepare/model-of-other-backend.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';
import { checkValidation } from './check-validation.js';
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
  /** Heard in every phase: load, build, steps, evaluations. Default: never asked. */
  readonly stop?: StopRequest;
  /** Called once the run has its folder. */
  readonly onRun?: (run: Run) => void;
}

/** Trains an experiment from where it stands to its limits: data, model, run, loop, end. */
export async function train(services: Services, experiment: PreparedRun, options: TrainOptions): Promise<TrainResult> {
  checkOptions(options, ['hooks', 'stop', 'onRun'], {
    of: 'Forge.train(experiment, options)',
    synonyms: { callbacks: 'hooks', signal: 'stop' },
  });
  checkHooks(options.hooks ?? {}, 'The hooks given to Forge.train');
  const saveWhen = parseSaveEvery(experiment.values.saveEvery);
  const keep = parseKeep(experiment.values.keep);
  const { stop = { signal: undefined } } = options;
  const phase = new RunPhase({
    backend: experiment.engine.info.backend,
    data: basename(experiment.data.path),
    model: basename(experiment.model.path),
  });
  const waitFor = <T>(work: Promise<T>) => failIfHung(phase, unlessStopped(stop, work));
  const data = await waitFor(loadData(experiment.data, experiment.values, []));
  if (experiment.reopened === null) refuseMisnamed(data, experiment.data.path);
  checkSplits(keep, data.valid === undefined ? ['train'] : ['train', 'valid']);
  phase.enter('build');
  const building = nameOtherBackend(services, experiment, () => buildForData(experiment, data));
  const built = await waitFor(building).catch((error: unknown) => {
    // A model whose build ends after the stop is disposed of.
    building.then(({ session }) => session.dispose()).catch(() => undefined);
    throw error;
  });
  const { warn } = services.environment;
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
    if (data.valid !== undefined) {
      phase.enter('evaluate', 0);
      const names = await waitFor(checkValidation(built.session, data.valid, experiment.data.path));
      for (const split of ['train', 'valid']) checkNames(keep, split, names);
    }
    phase.enter('start');
    const run = await failIfHung(phase, initCheckpoint(services, experiment, built));
    const console = captureConsole(join(run.folder, 'console.log'));
    try {
      return await trainRun(run, built.session, data, experiment, saveWhen, { ...options, stop, hooks, phase });
    } finally {
      console.release();
    }
  } finally {
    await failIfHung(phase, (async () => built.session.dispose())());
  }
}

async function trainRun(
  run: Run,
  session: TrainSession,
  data: LoadedData,
  { values, engine }: PreparedRun,
  saveWhen: SavePolicy,
  { hooks: own = {}, stop, onRun, phase }: TrainOptions & { readonly stop: StopRequest; readonly phase: RunPhase },
): Promise<TrainResult> {
  const hooks = joinHooks(own, run.hooks);
  let checkpoint: string | null = null;
  /** Kept, and thrown by the next step: the checkpoint it was told of is there, and the state is sound. */
  let hookFailure: { readonly cause: unknown } | undefined;
  const checkHook = () => {
    if (hookFailure !== undefined) throw hookFailure.cause;
  };
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
          try {
            await hooks.checkpoint?.({ step: position.step, path });
          } catch (cause) {
            hookFailure ??= { cause };
          }
        };
        if (values.saveMode === 'sync') await saved(await run.save(position));
        else await run.saveAsync(position, saved);
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
        checkHook();
        hooks.step?.(now);
      },
    },
    stop,
    phase,
  };
  const unwatch = watchEnds(phase, stop, (reason) => run.failNow(reason));
  onRun?.(run);
  const training = async () => {
    const end = await trainLoop(request);
    phase.enter('save', end.step);
    await run.settle();
    checkHook();
    phase.enter('end');
    await finish(end.status, end.status === 'stopped' ? (stop.signal ?? null) : null, end.data.epoch);
    return end;
  };
  const end = await failIfHung(phase, training())
    .catch(async (error: unknown) => {
      // What went wrong first is what a person must hear of.
      await failIfHung(phase, finish('failed', messageOf(error))).catch(() => run.failNow(messageOf(error)));
      throw error;
    })
    .finally(unwatch);
  const { folder, metrics } = run;
  return { run: folder, ...run.place, status: end.status, step: end.step, epoch: end.data.epoch, metrics, checkpoint };
}
