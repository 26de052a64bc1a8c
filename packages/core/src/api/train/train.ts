import { basename, join } from 'node:path';
import type { EngineInfo } from '../../backend/backend.js';
import { parseKeep } from '../../checkpoint/policies/parse-keep.js';
import { parseSaveEvery } from '../../checkpoint/policies/parse-save-every.js';
import type { LoadedData } from '../../config/define.js';
import { checkOptions } from '../../errors/check-options.js';
import { type MetricAddress, nameOfMetric } from '../../metrics/metric-address.js';
import { declaredDirections } from '../../model/declared-metrics.js';
import { captureConsole } from '../../run/console/console-log.js';
import type { Run } from '../../run/run.js';
import { earlyStopDirection, earlyStopRequest, stopEarlyOption } from '../../train/early-stop/early-stop-flags.js';
import { checkHooks } from '../../train/hooks/check-hooks.js';
import { joinHooks } from '../../train/hooks/hook-hub.js';
import type { RunHooks } from '../../train/hooks/run-hooks.js';
import { limitsOfPause, type PauseAt } from '../../train/loop/limits.js';
import { warnOfMisleadingMetrics } from '../../train/loop/misleading-metrics.js';
import type { SplitMetrics } from '../../train/loop/split-metrics.js';
import { checkNames, checkSplits, warnOfUnreported } from '../../train/loop/unknown-metrics.js';
import { failIfHung } from '../../train/loop/until-hung.js';
import { followStops } from '../../train/stop/follow-stops.js';
import { type StopRequest, unlessStopped } from '../../train/stop/stop-request.js';
import { loadData, openData, refuseMisnamed } from '../data/load-data.js';
import { changedRows } from '../data/preparations.js';
import { requireFeatures } from '../prepare/build-features.js';
import { type BuiltModel, buildForData } from '../prepare/build-model.js';
import { nameOtherBackend } from '../prepare/name-other-backend.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import { preprocessingOf } from '../prepare/preprocessing-of.js';
import type { Services } from '../services/services.js';
import { checkEvaluation } from './check-evaluation.js';
import { initCheckpoint, requireTraining } from './init-checkpoint.js';
import { phaseOf } from './instruments.js';
import { overOneBatch } from './one-batch.js';
import { evaluatedSplits, type RunTraining, type TrainResult, trainRun } from './train-run.js';

export interface TrainOptions {
  readonly hooks?: RunHooks;
  /**
   * Aborting it stops the run in order, in any phase, as Ctrl-C does: the run saves and ends as `stopped`, with the
   * reason given to `abort`.
   */
  readonly signal?: AbortSignal | undefined;
  /** What `listenForStop` returns: the same for SIGINT, SIGTERM and SIGHUP. Default: signals are not listened to. */
  readonly stop?: StopRequest | undefined;
  /**
   * Stops the training there as at a limit, counted from the start of the run: it evaluates and saves, and the run ends
   * as `stopped`. Its limits, and so its schedules, are those of the whole run: a resume goes on bit-exactly.
   */
  readonly pauseAt?: PauseAt | undefined;
  /** Called once the run has its folder. */
  readonly onRun?: (run: Run) => void;
}

/** Trains a prepared run until its limits or a stop. */
export async function train(services: Services, experiment: PreparedRun, options: TrainOptions): Promise<TrainResult> {
  checkOptions(options, ['hooks', 'signal', 'stop', 'pauseAt', 'onRun'], {
    of: 'Forge.train(experiment, options)',
    synonyms: { callbacks: 'hooks', abortSignal: 'signal', pause: 'pauseAt' },
  });
  checkHooks(options.hooks ?? {}, 'The hooks given to Forge.train');
  const pauseAt = options.pauseAt === undefined ? undefined : limitsOfPause(options.pauseAt);
  const stop = followStops(options, 'Forge.train(experiment, options)');
  try {
    requireTraining(experiment);
    return await withTraining(services, experiment, stop, (opened) =>
      trainUntilStopped(services, experiment, { ...options, pauseAt, stop }, opened),
    );
  } finally {
    stop.release();
  }
}

/** Data and a model that a run can be trained with. */
export interface OpenedTraining extends Pick<RunTraining, 'saveWhen' | 'earlyStop' | 'phase'> {
  readonly data: LoadedData;
  readonly built: BuiltModel;
  /** Warn of metrics that mislead. */
  readonly doubts: RunHooks;
}

/**
 * Loads the data and builds the model of a run, and checks all that can be checked before training; disposes of the
 * model after the work, and ends the worker threads of the data. Writes nothing.
 * @throws ForgeError for every mistake that is found
 */
export async function withTraining<T>(
  services: Services,
  experiment: PreparedRun,
  stop: StopRequest,
  work: (opened: OpenedTraining) => Promise<T>,
): Promise<T> {
  try {
    return await openTraining(services, experiment, stop, work);
  } finally {
    await Promise.all([experiment.data.close(), experiment.model.close()]);
  }
}

async function openTraining<T>(
  services: Services,
  experiment: PreparedRun,
  stop: StopRequest,
  work: (opened: OpenedTraining) => Promise<T>,
): Promise<T> {
  const saveWhen = parseSaveEvery(experiment.values.saveEvery);
  const keep = parseKeep(experiment.values.keep);
  const early = earlyStopRequest(experiment.values);
  requireFeatures(experiment.engine, experiment.values);
  const parts = {
    backend: experiment.engine.info.backend,
    data: basename(experiment.data.path),
    model: basename(experiment.model.path),
  };
  const phase = phaseOf(parts, experiment.values);
  const waitFor = <T>(work: Promise<T>) => failIfHung(phase, unlessStopped(stop, work));
  const stored = await preprocessingOf(services, experiment);
  const loaded = await waitFor(loadData(experiment.data, experiment.values, [], stored));
  await waitFor(openData(loaded));
  const changed = stored && changedRows(loaded);
  if (changed !== undefined) services.environment.warn(changed);
  if (experiment.reopened === null && experiment.startsFrom === undefined) refuseMisnamed(loaded, experiment.data.path);
  const data = experiment.values.overfitOneBatch ? overOneBatch(loaded) : loaded;
  const evaluated = evaluatedSplits(data, experiment.values);
  checkSplits(keep, ['train', ...evaluated]);
  const watched = {
    metrics: early === null ? [] : [early.metric],
    option: stopEarlyOption,
    reports: 'evaluations report',
  };
  checkSplits(watched, evaluated);
  const objectives = {
    metrics: experiment.objectives ?? [],
    option: (metric: MetricAddress) => `The objective ${nameOfMetric(metric)}`,
  };
  checkSplits(objectives, ['train', ...evaluated]);
  phase.enter('build');
  const building = nameOtherBackend(services, experiment, () =>
    buildForData(experiment, data, services.environment.warn),
  );
  const built = await waitFor(building).catch((error: unknown) => {
    // A model whose build ends after the stop is disposed of.
    building.then(({ session }) => session.dispose()).catch(() => undefined);
    throw error;
  });
  const { warn } = services.environment;
  for (const warning of built.session.warnings) warn(warning);
  if (built.metrics?.reportsOutputs === false) warn(withoutOutputs(built.metrics, experiment.engine.info));
  if (built.session.observe !== undefined && data.valid === undefined) {
    warn('The model follows how it does on validation data, but the data config gives none.');
  }
  if (data.valid === undefined && (experiment.flags.evalEvery?.source ?? 'default') !== 'default') {
    warn('--eval-every has no effect: the data config returns no `valid` to evaluate on.');
  }
  const doubts: RunHooks = { report: warnOfMisleadingMetrics(data.valid?.length, warn, built.metrics?.names) };
  try {
    const directions = declaredDirections(built.model);
    // Without validation data, where the names of the training data matter: for metrics, and for --keep.
    const asksForMetrics = keep.metrics.length > 0 || objectives.metrics.length > 0;
    const namesMatter = built.metrics?.reportsOutputs || asksForMetrics || Object.keys(directions).length > 0;
    if (data.valid !== undefined || namesMatter) {
      phase.enter('evaluate', 0);
      const { path } = experiment.data;
      const [split, dataset] =
        data.valid === undefined ? (['train', data.train] as const) : (['valid', data.valid] as const);
      const names = await waitFor(checkEvaluation(built.session, split, dataset, path, built.metrics));
      for (const split of ['train', ...evaluated]) {
        checkNames(keep, split, names);
        checkNames(objectives, split, names);
      }
      warnOfUnreported(Object.keys(directions), names, warn);
      for (const split of evaluated) checkNames(watched, split, names);
    }
    const earlyStop = early && {
      request: early,
      direction: earlyStopDirection(early, directions),
    };
    return await work({ data, built, saveWhen, earlyStop, phase, doubts });
  } finally {
    await failIfHung(phase, (async () => built.session.dispose())());
  }
}

function withoutOutputs({ names }: SplitMetrics, { engine, backend }: EngineInfo): string {
  const engineName = `The engine ${engine} of the backend ${backend}`;
  return `${engineName} reports no outputs: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} computed for valid only, with a second forward pass.`;
}

async function trainUntilStopped(
  services: Services,
  experiment: PreparedRun,
  options: Pick<TrainOptions, 'hooks' | 'onRun'> & Pick<RunTraining, 'pauseAt' | 'stop'>,
  { data, built, doubts, ...opened }: OpenedTraining,
): Promise<TrainResult> {
  const { phase } = opened;
  const { warn } = services.environment;
  phase.enter('start');
  const run = await failIfHung(phase, initCheckpoint(services, experiment, built));
  const console = captureConsole(join(run.folder, 'console.log'));
  try {
    const { train, valid } = data;
    const { onRun, pauseAt, stop } = options;
    return await trainRun({
      run,
      session: built.session,
      ...opened,
      train,
      valid,
      metrics: built.metrics,
      experiment,
      warn,
      hooks: joinHooks(doubts, options.hooks ?? {}),
      pauseAt,
      stop,
      onRun,
    });
  } finally {
    console.release();
  }
}
