import {
  noAnnotations,
  parameterShapes,
  readAnnotations,
  readRunFlags,
  readRunRecord,
  runSeconds,
  sampleMetrics,
  storedVersions,
} from '@forge-ml/core/manage';
import { bestOfRun, type RunRecord, shownStatus } from '@forge-ml/core/runs';
import type { RunView } from '../protocol/run-view.js';
import { Attempts } from './attempts.js';
import { boundedText } from './bounded.js';
import { checkpointsOf, markCorrupt, newestUsable, noCheckpoints } from './run-checkpoints.js';
import { codeSummary } from './run-code.js';
import { runCommands } from './run-commands.js';
import { damagedRunView } from './run-damage.js';
import { environmentOf } from './run-environment.js';
import { runFlagRows, totalSteps } from './run-flags.js';
import { runMetrics } from './run-metrics.js';
import { originOf, sweepOf } from './run-relations.js';
import { countMedia, sizeOfLog } from './run-sizes.js';
import type { ViewedRun } from './viewed-run.js';

/** A model with more has its parameters listed up to this one. */
const mostParameters = 20_000;

/**
 * Everything about a run except its curves and large texts. Of a damaged run what can be read, with what is wrong. Reads
 * only, and runs no code of the run.
 */
export async function runView(run: ViewedRun): Promise<RunView> {
  const { path } = run.folder;
  let record: RunRecord;
  try {
    record = await readRunRecord(path);
  } catch (error) {
    return damagedRunView(run, error);
  }
  const attempts = new Attempts(run);
  const flags = await attempts.of(() => readRunFlags(path), {});
  const annotations = await attempts.of(async () => readAnnotations(path), noAnnotations);
  const best = await attempts.of(() => bestOfRun(path, record), {});
  const sample = await attempts.of(() => sampleMetrics(path), {
    metrics: [],
    last: {},
    end: null,
    stepsPerEpoch: null,
  });
  const versions = await attempts.of(() => storedVersions(path, record), []);
  const listed = await attempts.of(() => checkpointsOf(path, record.directions), noCheckpoints);
  const newest = newestUsable(listed);
  const shapes =
    newest === undefined ? [] : await parameterShapes(path, newest.step).catch((error: unknown) => error as Error);
  const checkpoints = shapes instanceof Error ? markCorrupt(listed, newest!.step, shapes) : listed;
  const media = await attempts.of(() => countMedia(path), 0);
  const log = await attempts.of(() => sizeOfLog(path), null);
  const status = shownStatus(record, path);
  return {
    id: run.id,
    label: run.label,
    path,
    status,
    reason: record.reason === null ? null : boundedText(record.reason),
    created: Date.parse(record.created),
    ended: record.ended === null ? null : Date.parse(record.ended),
    seconds: runSeconds(record, status),
    step: Math.max(record.step, sample.end?.step ?? 0),
    epoch: Math.max(record.epoch, sample.end?.epoch ?? 0),
    totalSteps: status === 'completed' ? record.step : totalSteps(flags, sample.stepsPerEpoch),
    annotations,
    metrics: runMetrics(record, best, sample),
    flags: runFlagRows(flags),
    checkpoints: checkpoints.all,
    commands: runCommands(run, { record, status, flags, checkpoints, isDamaged: attempts.damage !== null }),
    environment: environmentOf(path, record, versions.at(-1) ?? null),
    code: await codeSummary(path, record, versions),
    parameters: shapes instanceof Error ? [] : shapes.slice(0, mostParameters),
    media,
    log,
    sweep: await sweepOf(run, record),
    rerunOf: originOf(run, record),
    damage: attempts.damage,
  };
}
