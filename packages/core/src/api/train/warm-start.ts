import { basename, join, resolve } from 'node:path';
import type { SessionState, TrainSession } from '../../backend/backend.js';
import { type CheckpointAddress, parseCheckpointAddress } from '../../checkpoint/checkpoint-address.js';
import { parametersOf, type Weights } from '../../checkpoint/weights.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { FileSummary } from '../../fs/checksum.js';
import { findRun } from '../../run/catalog/find-run.js';
import { bestMetricOf } from '../../run/checkpoints/best-metric.js';
import { initName, type RunInit } from '../../run/record/run-init.js';
import type { RunRecord } from '../../run/record/run-record.js';
import { readSafetensors, writeSafetensors } from '../../tensor/safetensors.js';
import type { NamedTensors } from '../../tensor/tensor-data.js';
import { readTensorFile } from '../../tensor/tensor-file.js';
import { emaSplit } from '../../train/loop/average-evaluation.js';
import { parseNameMaps } from '../../train/warm-start/map-name.js';
import { matchState, type UnmatchedParameter } from '../../train/warm-start/match-state.js';
import { findCheckpoint } from '../load/find-checkpoint.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';

/** Parameters of another run that a new run begins with. */
export interface WarmStart {
  readonly tensors: NamedTensors;
  readonly info: Omit<RunInit, 'file'>;
}

interface Source {
  readonly label: string;
  readonly step: number | null;
  readonly weights?: Weights;
  readonly tensors: NamedTensors;
}

/**
 * Restores the parameters that `--init-from` names into a session, and warns of those that do not match.
 * @param initial the session's state, whose values the others keep
 * @returns null without `--init-from`; a run that repeats another begins with the parameters that are kept there
 * @throws ForgeError RUN_NOT_FOUND, CHECKPOINT_NOT_FOUND, DATA_INVALID, STATE_MISMATCH if nothing matches, …
 */
export async function warmStart(
  services: Services,
  { values, startsFrom }: Pick<PreparedRun, 'values' | 'startsFrom'>,
  session: TrainSession,
  initial: SessionState,
): Promise<WarmStart | null> {
  const { initFrom, map } = values;
  if (initFrom === null) {
    if (map !== null) throw mapWithoutSource();
    return null;
  }
  // What a run keeps has the names of its model already.
  const kept = startsFrom?.init ?? null;
  const maps = map === null || kept !== null ? [] : parseNameMaps(map);
  const source = kept === null ? readSource(services, initFrom, values.resultsDir) : readKept(kept);
  const { label, step, weights, tensors: given } = await source;
  const { parameters } = session;
  const { tensors, unmatched } = matchState(parameters, given, maps, label);
  await session.restore({ parameters: new Map([...initial.parameters, ...tensors]), optimizer: new Map() });
  if (unmatched.length > 0) services.environment.warn(describeUnmatched(unmatched, parameters.length));
  const average = weights === 'ema' ? { weights } : {};
  return { tensors, info: { from: label, step, ...average, matched: tensors.size, parameters: parameters.length } };
}

/** Keeps the tensors with the run: the other run may be removed, and this one resumed from step 0 or repeated. */
export async function writeInit(run: string, { tensors, info }: WarmStart): Promise<RunInit> {
  return { ...info, file: await writeSafetensors(join(run, initName), tensors) };
}

/**
 * Restores what a run began with, for a resume without a checkpoint.
 * @throws ForgeError CHECKPOINT_CORRUPT, STATE_MISMATCH, FILE_SYSTEM
 */
export async function restoreInit(run: string, { init }: RunRecord, session: TrainSession): Promise<void> {
  if (init === undefined) return;
  const tensors = await readInit(run, init.file);
  const { parameters } = await session.capture();
  await session.restore({ parameters: new Map([...parameters, ...tensors]), optimizer: new Map() });
}

async function readInit(run: string, file: FileSummary): Promise<NamedTensors> {
  return (await readSafetensors(join(run, initName), file)).tensors;
}

async function readKept({ run, info }: { readonly run: string; readonly info: RunInit }): Promise<Source> {
  const { from: label, step, weights = 'parameters' } = info;
  return { label, step, weights, tensors: await readInit(run, info.file) };
}

/** `RUN`, `RUN@STEP`, `RUN@best`, `RUN@best:SPLIT.METRIC` or a safetensors file. */
async function readSource(services: Services, text: string, resultsDir: string): Promise<Source> {
  const { directory } = services.environment;
  if (text.endsWith('.safetensors')) {
    return { label: basename(text), step: null, tensors: await readTensorFile(resolve(directory, text)) };
  }
  const at = text.lastIndexOf('@');
  const [reference, address] = at < 0 ? [text, 'latest'] : [text.slice(0, at), text.slice(at + 1)];
  if (reference === '' || address === '') throw invalidSource(text);
  const { path, experiment, number } = await findRun(reference, resolve(directory, resultsDir), directory);
  const found = await findCheckpoint(services, path, address as CheckpointAddress);
  const weights = await measuredWeights(path, address);
  return {
    label: `${experiment}/${number}`,
    step: found.info.step,
    weights,
    tensors: parametersOf(found, weights, path),
  };
}

/** The weights whose numbers made a checkpoint the best: the moving average if they are those of `valid-ema`. */
async function measuredWeights(run: string, address: string): Promise<Weights> {
  const parsed = parseCheckpointAddress(address);
  if (parsed.kind !== 'best') return 'parameters';
  const [{ split }] = await bestMetricOf(run, parsed.metric);
  return split === emaSplit ? 'ema' : 'parameters';
}

const mostListed = 5;

function describeUnmatched(unmatched: readonly UnmatchedParameter[], count: number): string {
  const listed = unmatched.slice(0, mostListed).map(({ name, reason }) => `${name} (${reason})`);
  const more = unmatched.length - mostListed;
  const rest = more > 0 ? ` and ${more} more` : '';
  return `${unmatched.length} of ${count} parameters keep their initial values: ${listed.join(', ')}${rest}.`;
}

function mapWithoutSource(): ForgeError {
  return new ForgeError('USAGE', '--map requires --init-from.', {
    about: 'map',
    hint: "Name the run whose parameters are renamed: --init-from RUN --map 'FROM=TO'.",
  });
}

function invalidSource(text: string): ForgeError {
  return new ForgeError('FLAG_INVALID', `--init-from ${JSON.stringify(text)} does not name a checkpoint.`, {
    about: 'initFrom',
    hint: 'Write a run (churn/9), a run and a checkpoint (churn/9@500, churn/9@best), or a safetensors file.',
  });
}
