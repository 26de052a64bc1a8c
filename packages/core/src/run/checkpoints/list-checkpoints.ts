import { join } from 'node:path';
import { FileCheckpointStore } from '../../checkpoint/file-checkpoint-store.js';
import { parseKeep } from '../../checkpoint/policies/parse-keep.js';
import { rankByMetric } from '../../checkpoint/policies/rank-by-metric.js';
import type { CheckpointInfo, CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import { checkOptions } from '../../errors/check-options.js';
import { isForgeError, messageOf } from '../../errors/forge-error.js';
import { folderBytes } from '../../fs/folder-bytes.js';
import type { DeclaredDirections } from '../../metrics/metric-address.js';
import { readRunFlags } from '../record/flags-file.js';
import { readRunRecord } from '../record/read-run-record.js';
import { bestMetricOf } from './best-metric.js';

/** A checkpoint of a run, by its manifest; its other files are not read. */
export interface ListedCheckpoint {
  readonly step: number;
  /** Null if the manifest is invalid, as the next one. */
  readonly epoch: number | null;
  readonly time: string | null;
  readonly path: string;
  /** The size of its folder; null if it was not asked for, or cannot be counted. */
  readonly bytes: number | null;
  readonly metrics: CheckpointInfo['metrics'];
  /** The step at which the numbers of each split were measured, where it is known. */
  readonly metricSteps: Readonly<Record<string, number>>;
  /** Whether it is what the addresses `latest` and `best` mean. */
  readonly latest: boolean;
  readonly best: boolean;
  /** The parts of the run's `--keep` that keep it: `best:valid.loss`. A training process keeps the latest one as well. */
  readonly keptBy: readonly string[];
  /** What is wrong with its manifest; null if it is valid. */
  readonly damage: string | null;
}

export interface ListCheckpointsOptions {
  /** Whether to count the size of each. Default: false. */
  readonly sizes?: boolean;
  /** Default: the plain files in the run's folder. */
  readonly store?: CheckpointStore;
}

/** Lists the checkpoints of a run, ascending by step. @param run its folder @throws ForgeError FILE_SYSTEM */
export async function listCheckpoints(
  run: string,
  options: ListCheckpointsOptions = {},
): Promise<readonly ListedCheckpoint[]> {
  checkOptions(options, ['sizes', 'store'], { of: 'listCheckpoints(run, options)' });
  const folder = join(run, 'checkpoints');
  const { sizes = false, store = new FileCheckpointStore(folder) } = options;
  const infos: CheckpointInfo[] = [];
  const damages = new Map<number, string>();
  const steps = await store.steps();
  for (const step of steps) {
    try {
      infos.push(await store.info(step));
    } catch (error) {
      damages.set(step, messageOf(error));
    }
  }
  const byStep = new Map(infos.map((info) => [info.step, info]));
  const { best, reasons } = await ranked(run, infos);
  const listed: ListedCheckpoint[] = [];
  for (const step of steps) {
    const info = byStep.get(step);
    const path = join(folder, String(step));
    listed.push({
      step,
      epoch: info?.data.epoch ?? null,
      time: info?.time ?? null,
      path,
      bytes: sizes ? await folderBytes(path) : null,
      metrics: info?.metrics ?? {},
      metricSteps: info?.metricSteps ?? {},
      latest: step === infos.at(-1)?.step,
      best: step === best,
      keptBy: reasons.get(step) ?? [],
      damage: damages.get(step) ?? null,
    });
  }
  return listed;
}

interface Ranking {
  readonly best: number | undefined;
  readonly reasons: ReadonlyMap<number, readonly string[]>;
}

/** Nothing is best or kept where the run's own files do not say by which metric. */
async function ranked(run: string, infos: readonly CheckpointInfo[]): Promise<Ranking> {
  try {
    const { keep } = await readRunFlags(run);
    const { directions } = await readRunRecord(run);
    const request = typeof keep?.value === 'string' ? parseKeep(keep.value) : undefined;
    const reasons = request?.reasons(byName(directions), infos) ?? new Map<number, string[]>();
    const metric = await bestMetricOf(run).catch(onlyUnknown);
    return { best: metric && rankByMetric(infos, ...metric)[0], reasons };
  } catch (error) {
    if (isForgeError(error)) return { best: undefined, reasons: new Map() };
    throw error;
  }
}

function onlyUnknown(error: unknown): undefined {
  if (isForgeError(error) && error.code === 'METRIC_INVALID') return undefined;
  throw error;
}

/** Directions by the metric's name, as a model declares them, from those by address. */
function byName(directions: DeclaredDirections): DeclaredDirections {
  return Object.fromEntries(
    Object.entries(directions).map(([address, direction]) => [address.slice(address.indexOf('.') + 1), direction]),
  );
}
