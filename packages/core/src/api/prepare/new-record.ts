import type { DataPosition } from '../../checkpoint/store/train-state.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import type { GitState } from '../../run/git/git-state.js';
import { currentProcess, hostInfo } from '../../run/record/host-info.js';
import type { RunRecord } from '../../run/record/run-record.js';
import { formatVersion } from '../../schema/format-version.js';
import { version as coreVersion } from '../../version.js';
import type { BuiltModel } from './build-model.js';
import type { PreparedRun } from './prepared-run.js';

/** What `run.json` says of a new run. */
export function newRecord(
  folder: RunFolder,
  { backend, engine, inMemory, startsFrom }: PreparedRun,
  git: GitState | null,
  { batch, memory }: Pick<BuiltModel, 'batch' | 'memory'>,
  directory: string,
): RunRecord {
  return {
    formatVersion,
    experiment: folder.experiment,
    number: folder.number,
    status: 'running',
    created: new Date().toISOString(),
    ended: null,
    reason: null,
    command: process.argv,
    directory,
    process: currentProcess(),
    host: hostInfo(),
    versions: currentVersions(),
    backend: { name: backend.name, package: backend.plugin.package, version: backend.plugin.version },
    engine: engine.info,
    git: git && { commit: git.commit, branch: git.branch, dirty: git.dirty, omitted: git.omitted },
    batch,
    ...(memory === undefined ? {} : { memory }),
    step: 0,
    epoch: 0,
    metrics: {},
    resumes: [],
    directions: {},
    best: {},
    code: inMemory ? 'in-memory' : 'stored',
    sweep: startsFrom?.sweep ?? null,
    ...(startsFrom?.origin ? { rerunOf: startsFrom.origin } : {}),
  };
}

/** What runs the loop; the engine says its own versions. */
export function currentVersions(): Readonly<Record<string, string>> {
  return { node: process.versions.node, '@forge-ml/core': coreVersion };
}

/** Where a resumed run continues. */
export interface ResumedAt {
  readonly step: number;
  readonly data: DataPosition;
  readonly metrics: RunRecord['metrics'];
  /** When `run.json` was last written before. */
  readonly lastSeen: Date;
  /** The number of the corrected code it uses from here on; null for the code it has. */
  readonly code: number | null;
  /** Of the process that resumes it; undefined where the engine cannot tell. */
  readonly memory: RunRecord['memory'] | undefined;
}

/** The same of a run that is resumed. */
export function resumedRecord(record: RunRecord, { backend, engine }: PreparedRun, at: ResumedAt): RunRecord {
  const stopped = record.ended ?? at.lastSeen.toISOString();
  const code = at.code === null ? {} : { code: at.code };
  const resume = { time: new Date().toISOString(), step: at.step, stopped, ...code };
  // Of discarded steps too: computed again once their metrics are.
  const { best: _, memory: __, ...kept } = record;
  return {
    ...kept,
    status: 'running',
    ended: null,
    reason: null,
    process: currentProcess(),
    versions: currentVersions(),
    backend: { ...record.backend, version: backend.plugin.version },
    engine: engine.info,
    ...(at.memory === undefined ? {} : { memory: at.memory }),
    step: at.step,
    epoch: at.data.epoch,
    metrics: at.metrics,
    resumes: [...record.resumes, resume],
  };
}
