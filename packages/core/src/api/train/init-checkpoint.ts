import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SessionState } from '../../backend/backend.js';
import { discardCheckpointsAfter } from '../../checkpoint/policies/discard-after.js';
import { parseKeep } from '../../checkpoint/policies/parse-keep.js';
import { Retention } from '../../checkpoint/policies/retention.js';
import type { CheckpointInfo, CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import type { DataPosition, JsonState } from '../../checkpoint/store/train-state.js';
import { stageCode } from '../../code/write-code.js';
import { ForgeError } from '../../errors/forge-error.js';
import { writeJson } from '../../json/write-json.js';
import { lastAndBest } from '../../metrics/log/last-and-best.js';
import { readMetrics } from '../../metrics/log/read-metrics.js';
import { truncateMetrics } from '../../metrics/log/truncate-metrics.js';
import { discardMediaAfter } from '../../metrics/media/discard-media.js';
import { directionsOfRun } from '../../metrics/metric-address.js';
import { declaredDirections } from '../../model/declared-metrics.js';
import { createRunFolder, discardRunFolder, type RunFolder } from '../../run/folder/run-folder.js';
import { liftFence } from '../../run/lock/fence.js';
import { withResumeLock } from '../../run/lock/resume-lock.js';
import { requireStillUnlocked, requireUnchanged } from '../../run/lock/run-locked.js';
import { writeRunFlags } from '../../run/record/flags-file.js';
import { isProcessAlive } from '../../run/record/host-info.js';
import { writePreprocessing } from '../../run/record/preprocessing-files.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import type { RunRecord } from '../../run/record/run-record.js';
import { Run } from '../../run/run.js';
import { emaSplit } from '../../train/loop/average-evaluation.js';
import { isEvaluationPending } from '../../train/loop/loop-request.js';
import type { BuiltModel } from '../prepare/build-model.js';
import { openCheckpointStore } from '../prepare/checkpoint-store-of-run.js';
import { versionsOf, warnOfOtherVersions } from '../prepare/compare-versions.js';
import { newRecord, resumedRecord } from '../prepare/new-record.js';
import type { PreparedRun, ReopenedRun } from '../prepare/prepared-run.js';
import { defaultRunName } from '../prepare/run-name.js';
import { quarantineCheckpoints } from '../resume/quarantine-checkpoint.js';
import { restoreLatest } from '../resume/restore-latest.js';
import { resumePosition } from '../resume/resume-position.js';
import type { Services } from '../services/services.js';
import { type OpenSinks, openSinks } from './open-sinks.js';
import { OwnSteps } from './own-steps.js';
import { completeCode, readSetup, writeSetup } from './run-setup.js';
import { restoreInit, warmStart, writeInit } from './warm-start.js';

/** The run's folder at the start of the training. */
interface StartedRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly from: Run['from'];
  readonly metricSteps?: CheckpointInfo['metricSteps'];
  readonly checkpoints: CheckpointStore;
  readonly outlets: OpenSinks;
}

/**
 * Creates the run: a new folder with code, flags and git state; or, for a resume, the latest valid checkpoint restored
 * and the later metrics truncated.
 *
 * First it captures the session's state once, which is checked against the session's parameters: a backend that captures
 * something else fails here, not at the first save hours later. Where the session can only copy its state, that takes
 * a step or two (0.1 s for 100 MB, 0.9 s for 400 MB), and the first save reuses the memory.
 * @throws ForgeError; an incomplete new folder is removed
 */
export async function initCheckpoint(services: Services, experiment: PreparedRun, built: BuiltModel): Promise<Run> {
  requireTraining(experiment);
  const declared = declaredDirections(built.model);
  const keep = parseKeep(experiment.values.keep).policy(declared);
  const { reopened } = experiment;
  const { session, metrics } = built;
  const initial = await (session.captureAside?.() ?? session.capture());
  const starting =
    reopened === null ? startNew(services, experiment, built, initial) : resume(services, experiment, built, reopened);
  const { folder, record, from, metricSteps, checkpoints, outlets } = await starting.finally(() => initial.release?.());
  return new Run({
    folder,
    record,
    session,
    memory: built.memory,
    ...(session.captureAside === undefined ? { spare: initial } : {}),
    engine: experiment.engine.info,
    seed: experiment.values.seed,
    state: built.order === null ? {} : { data: built.order },
    checkpoints,
    retention: new Retention(checkpoints, keep, reopened === null ? [] : [from.step]),
    ...outlets,
    declared,
    warn: services.environment.warn,
    from,
    metricSteps,
    steps: (run, train, options) =>
      new OwnSteps({ services, experiment, session, run, train, metrics, options, declared }),
  });
}

/** @throws ForgeError USAGE for a run that is not to be trained */
export function requireTraining({ dryRun }: Pick<PreparedRun, 'dryRun'>): void {
  if (!dryRun) return;
  throw new ForgeError('USAGE', '--dry-run was given, but this script trains the run.', {
    about: 'dryRun',
    hint: 'Omit it, or call Forge.dryRun(run).',
  });
}

async function startNew(
  services: Services,
  experiment: PreparedRun,
  built: BuiltModel,
  initial: SessionState,
): Promise<StartedRun> {
  const { directory } = services.environment;
  const warm = await warmStart(services, experiment, built.session, initial);
  const results = resolve(directory, experiment.values.resultsDir);
  const setup = await readSetup(services, experiment, results);
  const { inMemory, model, values, startsFrom } = experiment;
  const defaultName = startsFrom?.experiment ?? (inMemory ? 'run' : defaultRunName(model.path));
  const folder = await createRunFolder(results, values.runName ?? defaultName);
  try {
    await writeSetup(folder.path, setup);
    await experiment.onFolder?.(folder);
    const init = warm === null ? {} : { init: await writeInit(folder.path, warm) };
    const files = await writePreprocessing(folder.path, built.preparations);
    const preprocessing = built.preparations.length === 0 ? {} : { preprocessing: files };
    const record = {
      ...newRecord(folder, experiment, setup.git, built, startsFrom?.directory ?? directory),
      ...preprocessing,
      ...init,
    };
    // Last: a folder without run.json is no run.
    await writeJson(join(folder.path, 'run.json'), record);
    const { values, plugins } = experiment;
    const checkpoints = await openCheckpointStore(services, folder.path, plugins.checkpointStore, values);
    const outlets = await closedOnFailure(checkpoints, () => openSinks(services, folder, null, experiment));
    return { folder, record, from: { step: 0, data: { epoch: 0, batch: 0 } }, checkpoints, outlets };
  } catch (error) {
    await discardRunFolder(folder);
    throw error;
  }
}

async function resume(
  services: Services,
  experiment: PreparedRun,
  built: BuiltModel,
  reopened: ReopenedRun,
): Promise<StartedRun> {
  const { values, plugins } = experiment;
  const store = await openCheckpointStore(services, reopened.folder.path, plugins.checkpointStore, values);
  return closedOnFailure(store, () => resumeFrom(store, services, experiment, built, reopened));
}

async function resumeFrom(
  checkpoints: CheckpointStore,
  services: Services,
  experiment: PreparedRun,
  { session, model, order, memory }: BuiltModel,
  reopened: ReopenedRun,
): Promise<StartedRun> {
  const { folder, record: before } = reopened;
  const { warn } = services.environment;
  warnOfOtherVersions(before, versionsOf(experiment), warn);
  const restored = await restoreLatest(checkpoints, folder.path, session, warn);
  if (restored === null) await restoreInit(folder.path, before, session);
  if (restored === null && before.step > 0) warn(noCheckpointToResume(folder, before));
  const { info, skipped = [] } = restored ?? {};
  const data = info === undefined ? { epoch: 0, batch: 0 } : resumePosition(info, order, reopened);
  const from = { step: info?.step ?? 0, data, state: stateAt(info, data) };
  const file = join(folder.path, 'run.json');
  // Only now: the new code has been loaded, and has built a model that the checkpoint fits.
  const code = experiment.code === null ? null : await completeCode(services, experiment, experiment.code);
  const staged = code === null ? null : await stageCode(folder.path, code);
  let record: RunRecord;
  try {
    record = await withResumeLock(
      folder,
      async () => {
        // Another process may have resumed it while the model was built. From here on this process has the run.
        const now = await readRunRecord(folder.path);
        await requireStillUnlocked(folder, now, reopened.notBusy);
        requireUnchanged(folder, before, now);
        const number = staged === null ? null : await staged.commit(before);
        const lastSeen = (await stat(file)).mtime;
        const resumed = resumedRecord(before, experiment, {
          step: from.step,
          data,
          code: number,
          memory,
          lastSeen,
          metrics: info?.metrics ?? {},
        });
        await liftFence(folder.path);
        await writeJson(file, resumed);
        return resumed;
      },
      { watchMs: services.environment.watchMs },
    );
  } catch (error) {
    await staged?.discard(await readRunRecord(folder.path).catch(() => undefined));
    throw error;
  }
  let unlessResumed: object = before;
  try {
    await quarantineCheckpoints(folder.path, skipped, warn);
    await discardCheckpointsAfter(checkpoints, from.step);
    // A process of another host that was silent may continue, and log into the file it has open.
    const replace = before.status === 'running' && isProcessAlive(before.process) !== false;
    // A pending evaluation may have been logged before a crash.
    const without = isEvaluationPending(from) ? ['valid', emaSplit] : [];
    const metrics = join(folder.path, 'metrics.jsonl');
    const cut = await truncateMetrics(metrics, from.step, { replace, without });
    if (cut > 0) unlessResumed = { ...before, best: undefined };
    const { best } = await lastAndBest(
      readMetrics(metrics),
      directionsOfRun(record.directions, declaredDirections(model)),
    );
    await discardMediaAfter(folder.path, from.step);
    await writeRunFlags(folder.path, experiment.flags);
    const outlets = await openSinks(services, folder, from.step, experiment);
    const measured = info?.metricSteps === undefined ? {} : { metricSteps: info.metricSteps };
    return { folder, record: { ...record, best }, from, ...measured, checkpoints, outlets };
  } catch (error) {
    await writeJson(file, unlessResumed).catch(() => undefined);
    await staged?.discard(await readRunRecord(folder.path).catch(() => undefined));
    throw error;
  }
}

async function closedOnFailure<T>(store: CheckpointStore, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Report the first error.
    await store.close().catch(() => undefined);
    throw error;
  }
}

/** What the checkpoint holds as JSON; of an epoch that is restarted no evaluation is still to be made. */
function stateAt(info: CheckpointInfo | undefined, data: DataPosition): JsonState {
  const { loop, ...others } = info?.state ?? {};
  return loop === undefined || info?.data.batch !== data.batch ? others : { ...others, loop };
}

function noCheckpointToResume({ experiment, number }: RunFolder, { step }: RunRecord): string {
  const label = `${experiment}/${number}`;
  return `${label} has no checkpoint, though it was at step ${step}. Restarting from step 0; metrics truncated.`;
}
