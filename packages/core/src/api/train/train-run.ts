import type { Stats } from '../../backend/backend.js';
import type { SavePolicy } from '../../checkpoint/policies/save-policy.js';
import type { BatchDataset } from '../../data/dataset.js';
import { messageOf } from '../../errors/forge-error.js';
import type { Direction } from '../../metrics/metric-direction.js';
import type { TrainingMemory } from '../../model/training-memory.js';
import type { Position, Run } from '../../run/run.js';
import { EarlyStop } from '../../train/early-stop/early-stop.js';
import type { EarlyStopRequest } from '../../train/early-stop/early-stop-flags.js';
import { joinHooks } from '../../train/hooks/hook-hub.js';
import { EarlyEnd } from '../../train/hooks/run-control.js';
import type { Progress, RunHooks } from '../../train/hooks/run-hooks.js';
import { emaSplit } from '../../train/loop/average-evaluation.js';
import { type Limits, limitsFrom } from '../../train/loop/limits.js';
import type { LoopRequest, LoopSession } from '../../train/loop/loop-request.js';
import type { RunEnd } from '../../train/loop/run-steps.js';
import type { SplitMetrics } from '../../train/loop/split-metrics.js';
import { trainLoop } from '../../train/loop/train-loop.js';
import { failIfHung } from '../../train/loop/until-hung.js';
import type { ProfileSummary } from '../../train/profile/step-profile.js';
import type { RunFlagValues } from '../../train/run-flags.js';
import type { RunPhase } from '../../train/stop/run-phase.js';
import type { StopRequest } from '../../train/stop/stop-request.js';
import { watchEnds } from '../../train/stop/watch-ends.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import { Instruments } from './instruments.js';
import { RestoreBest } from './restore-best.js';

/** How a training run ended. */
export interface TrainResult {
  /** The run's folder. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly status: 'completed' | 'stopped';
  /** Why it was stopped, or what completed it before its limits; null if it reached one. */
  readonly reason: string | null;
  /** Whether it stopped at `pauseAt`, and has more to train. */
  readonly paused: boolean;
  readonly step: number;
  readonly epoch: number;
  /** The latest numbers of each split: `train`, `valid`. */
  readonly metrics: Readonly<Record<string, Stats>>;
  /** The folder of the last checkpoint. */
  readonly checkpoint: string | null;
  /** The best step whose state the run ends with (`--restore-best`); null where that is the last step's. */
  readonly restoredFrom: number | null;
  /** Where the time of its first steps went (`--profile`), which `profile.json` has in full; null without. */
  readonly profile: ProfileSummary | null;
  /** What training was expected to take of the machine's memory, in bytes; null where the engine cannot tell. */
  readonly memory: TrainingMemory | null;
}

export interface RunTraining {
  readonly run: Run;
  readonly session: LoopSession;
  readonly train: BatchDataset;
  readonly valid: BatchDataset | undefined;
  readonly metrics: SplitMetrics | undefined;
  /** Whether a loop of the user makes the steps. */
  readonly stepsElsewhere?: boolean;
  readonly experiment: Pick<PreparedRun, 'values' | 'engine'>;
  readonly saveWhen: SavePolicy;
  readonly earlyStop: { readonly request: EarlyStopRequest; readonly direction: Direction } | null;
  readonly warn: (message: string) => void;
  readonly hooks: RunHooks;
  /** Where it pauses before its limits. */
  readonly pauseAt?: Limits | undefined;
  readonly stop: StopRequest;
  readonly phase: RunPhase;
  /** Called before the first step. */
  readonly onRun?: ((run: Run) => void) | undefined;
  /** What the run ends as where it is stopped. Default: `stopped`, with the stop's reason. */
  readonly stoppedAs?: () => RunEnd | undefined;
}

/** The splits that evaluations report. */
export function evaluatedSplits(
  { valid }: { readonly valid?: unknown },
  { ema }: Pick<RunFlagValues, 'ema'>,
): readonly string[] {
  if (valid === undefined) return [];
  return ema ? ['valid', emaSplit] : ['valid'];
}

/** Trains a run from its position, keeps its folder up to date, and ends it. */
export async function trainRun(training: RunTraining): Promise<TrainResult> {
  const { run, session, train, valid, experiment, saveWhen, hooks: own, stop, phase, onRun, stoppedAs } = training;
  const { metrics, earlyStop, warn } = training;
  const { values, engine } = experiment;
  let progress: Progress = { step: run.from.step, epoch: run.from.data.epoch, totalSteps: undefined };
  const instruments = new Instruments({ run, values, phase, progress: () => progress, warn });
  const hooks = instruments.hooks(joinHooks(own, run.hooks));
  const earlyEnd = new EarlyEnd();
  const early =
    earlyStop === null
      ? undefined
      : new EarlyStop(earlyStop.request, earlyStop.direction, earlyEnd.stop, run.from.state);
  const best = early && earlyStop?.request.restoreBest ? new RestoreBest(run, early) : undefined;
  /** Where the newest checkpoint is. */
  let position: Position = run.from;
  let checkpoint: string | null = null;
  /** Thrown by the next step: the hook's checkpoint is saved, and the state is valid. */
  let hookFailure: { readonly cause: unknown } | undefined;
  const checkHook = () => {
    if (hookFailure !== undefined) throw hookFailure.cause;
  };
  const finish = async (status: TrainResult['status'] | 'failed', reason: string | null, epoch?: number) => {
    await instruments.end();
    await run.end(status, reason, epoch);
    await hooks.end?.({ status, reason, progress, metrics: run.metrics });
  };
  const request: LoopRequest = {
    session: instruments.session(session),
    train,
    valid,
    metrics,
    stepsElsewhere: training.stepsElsewhere,
    ema: Boolean(values.ema),
    run: {
      log(report) {
        run.log(report);
        hooks.report?.({ ...report, time: Date.now() }, earlyEnd);
      },
      logMedia(report, values) {
        if (Object.keys(values).length > 0) run.log({ ...report, values });
      },
      async save(now) {
        const onDisk = best?.saving();
        position = now;
        const saved = async (path: string) => {
          onDisk?.();
          checkpoint = path;
          try {
            await hooks.checkpoint?.({ step: now.step, path }, earlyEnd);
          } catch (cause) {
            hookFailure ??= { cause };
          }
        };
        if (values.saveMode === 'sync') await saved(await run.save(now));
        else await run.saveAsync(now, saved);
        saveWhen.saved();
      },
      get savingHere() {
        return run.savingHere;
      },
    },
    from: run.from,
    limits: limitsFrom(values),
    pauseAt: training.pauseAt,
    reportEvery: values.reportEvery,
    // Reading what a GPU has computed would make it wait at every step.
    readAll: engine.info.device === 'cpu',
    evalEvery: values.evalEvery,
    saveDue: (step) => saveWhen.due(step) && !(saveWhen.mayWait && run.saving),
    hooks: {
      start(now, control) {
        progress = now;
        return hooks.start?.(now, control);
      },
      step(now, control) {
        progress = now;
        run.checkSaves();
        checkHook();
        hooks.step?.(now, control);
      },
    },
    earlyEnd,
    observer: early,
    stop,
    phase,
  };
  const unwatch = watchEnds(phase, stop, (reason) => run.failNow(reason));
  onRun?.(run);
  instruments.start();
  const loop = async () => {
    const end = await trainLoop(request);
    phase.enter('save', end.step);
    await run.settle();
    checkHook();
    phase.enter('end');
    const stopped = stoppedAs?.() ?? { status: 'stopped' as const, reason: stop.reason ?? null };
    const paused = { status: 'stopped' as const, reason: `paused at step ${end.step}` };
    const { status, reason } = end.paused ? paused : end.status === 'stopped' ? stopped : end;
    const restored = end.status === 'completed' ? await best?.finish(position, warn) : undefined;
    if (restored !== undefined) {
      checkpoint = restored.path;
      await hooks.checkpoint?.({ step: position.step, path: restored.path }, earlyEnd);
    }
    await finish(status, reason, end.data.epoch);
    return { ...end, status, reason, restoredFrom: restored?.step ?? null };
  };
  const end = await failIfHung(phase, loop())
    .catch(async (error: unknown) => {
      // Report the first error.
      await failIfHung(phase, finish('failed', messageOf(error))).catch(() => run.failNow(messageOf(error)));
      throw error;
    })
    .finally(unwatch);
  const { folder } = run;
  const { status, reason, paused, step, restoredFrom } = end;
  const about = { profile: instruments.summary, memory: run.memory ?? null };
  const ended = { status, reason, paused, step, epoch: end.data.epoch, restoredFrom };
  return { run: folder, ...run.place, ...ended, metrics: run.metrics, checkpoint, ...about };
}
