import { stat } from 'node:fs/promises';
import { noAnnotations, readAnnotations } from '@forge-ml/core/manage';
import { messageOf } from '@forge-ml/core/runs';
import type { RunView } from '../protocol/run-view.js';
import { Attempts, damageOf } from './attempts.js';
import { boundedText } from './bounded.js';
import { checkpointsOf, noCheckpoints } from './run-checkpoints.js';
import { hasDiff } from './run-code.js';
import { damagedRunCommands } from './run-commands.js';
import { countMedia, sizeOfLog } from './run-sizes.js';
import type { ViewedRun } from './viewed-run.js';

/** What is left of a run whose `run.json` cannot be read. */
export async function damagedRunView(run: ViewedRun, error: unknown): Promise<RunView> {
  const { path } = run.folder;
  const attempts = new Attempts(run);
  const changed = await stat(path).catch(() => undefined);
  return {
    id: run.id,
    label: run.label,
    path,
    status: 'damaged',
    reason: boundedText(messageOf(error)),
    created: changed?.mtimeMs ?? 0,
    ended: null,
    seconds: null,
    step: 0,
    epoch: 0,
    totalSteps: null,
    annotations: await attempts.of(async () => readAnnotations(path), noAnnotations),
    metrics: [],
    flags: [],
    checkpoints: (await attempts.of(() => checkpointsOf(path, {}), noCheckpoints)).all,
    commands: damagedRunCommands(run),
    environment: [],
    code: { versions: [], hasDiff: await hasDiff(path), commit: null, branch: null, dirty: false },
    parameters: [],
    media: await attempts.of(() => countMedia(path), 0),
    log: await attempts.of(() => sizeOfLog(path), null),
    sweep: null,
    rerunOf: null,
    damage: damageOf(run, error),
  };
}
