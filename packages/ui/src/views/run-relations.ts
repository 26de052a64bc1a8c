import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunRecord } from '@forge-ml/core/runs';
import type { RunView } from '../protocol/run-view.js';
import { siblingId, type ViewedRun } from './viewed-run.js';

/** The sweep that a run is a trial of; null for none, and for one whose files are gone. */
export async function sweepOf({ id, folder }: ViewedRun, { sweep }: RunRecord): Promise<RunView['sweep']> {
  if (sweep === null) return null;
  const file = await lstat(join(dirname(folder.path), 'sweep.json')).catch(() => undefined);
  if (file?.isFile() !== true) return null;
  return { id: siblingId(id, folder.experiment), name: folder.experiment, trial: sweep.trial };
}

/** The run that a run repeats. */
export function originOf({ id, label, folder }: ViewedRun, { rerunOf }: RunRecord): RunView['rerunOf'] {
  if (rerunOf === undefined) return null;
  const name = `${rerunOf.experiment}/${rerunOf.number}`;
  const prefix = label.slice(0, -`${folder.experiment}/${folder.number}`.length);
  return { id: siblingId(id, name), label: `${prefix}${name}` };
}
