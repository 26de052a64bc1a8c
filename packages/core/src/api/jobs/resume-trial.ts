import { codePlace, currentCode } from '../../code/code-place.js';
import { readCodeManifest, type StoredCode } from '../../code/stored-code.js';
import { plainValues, type ResolvedFlags } from '../../config/flags/resolve-flags.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { requireUnlocked } from '../../run/lock/run-locked.js';
import { requireSafeToResume } from '../../run/lock/safe-to-resume.js';
import type { RunRecord } from '../../run/record/run-record.js';
import { openRunCode } from '../load/open-run-code.js';
import type { ConfigObjects } from '../prepare/config-request.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import { type OpenedSetup, openSetup } from '../rerun/open-setup.js';
import type { Services } from '../services/services.js';

/** Prepares the run of a trial to be continued as it is, on an opened setup of its own code. */
export async function resumeTrial(
  services: Services,
  folder: RunFolder,
  record: RunRecord,
  flags: ResolvedFlags,
  { started, plugins, capture, configs }: OpenedSetup,
): Promise<PreparedRun> {
  requireSafeToResume(folder.path);
  const { watchMs, warn } = services.environment;
  const notBusy = await requireUnlocked(folder, record, { watchMs, say: warn });
  const { backend, engine } = started;
  const inMemory = capture === null;
  return {
    flags,
    values: plainValues(flags) as PreparedRun['values'],
    ...(await configs()),
    backend,
    engine,
    plugins,
    code: null,
    inMemory,
    reads: new Map(),
    dryRun: false,
    // Objects may be others than those that the run began with.
    reopened: { folder, record, notBusy, changed: { flags: [], code: inMemory }, restartEpoch: false },
    [Symbol.asyncDispose]: async () => engine.dispose(),
  };
}

/** Whether a run continues on the opened template: it stores the same code, and needs the same engine and plugins. */
export async function continuesOn(
  { setup, fits }: OpenedSetup,
  folder: RunFolder,
  record: RunRecord,
  flags: ResolvedFlags,
): Promise<boolean> {
  if (record.engine.engine !== setup.engine.engine || record.directory !== setup.directory) return false;
  if (!fits({ source: 'run', values: plainValues(flags) })) return false;
  if (!isStored(setup.code)) return record.code === 'in-memory';
  if (record.code !== 'stored' || currentCode(record).folder !== codePlace(null).folder) return false;
  const { entries, files } = await readCodeManifest(folder.path, codePlace(null));
  const { manifest } = setup.code;
  return JSON.stringify([entries, files]) === JSON.stringify([manifest.entries, manifest.files]);
}

/** Opens a run's own code, where it is not the template's. */
export async function openOwnSetup(
  services: Services,
  folder: RunFolder,
  record: RunRecord,
  flags: ResolvedFlags,
): Promise<OpenedSetup> {
  const { backend, engine, versions, directory } = record;
  const code = await openRunCode(folder.path, record, undefined);
  const label = `${folder.experiment}/${folder.number}`;
  const setup = { label, backend, engine, versions, directory, flags, code };
  return openSetup(services, setup, { source: 'run', values: {} });
}

function isStored(code: StoredCode | ConfigObjects): code is StoredCode {
  return 'manifest' in code;
}
