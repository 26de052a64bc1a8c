import { currentCode } from '../../code/code-place.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import { openRunCode } from '../load/open-run-code.js';
import type { GivenValue } from '../prepare/config-request.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import { disposeOnFailure } from '../prepare/start-engine.js';
import type { Services } from '../services/services.js';
import { isGiven, openSetup } from './open-setup.js';
import { repeatedRun } from './repeated-run.js';
import { refuseFixed, runFromSetup } from './run-from-setup.js';

export interface RerunOptions {
  /** Values of flags instead of the run's; names may be in any spelling. */
  readonly set?: Readonly<Record<string, GivenValue>>;
  /** Runs the stored code even if it was altered. Default: it is refused. */
  readonly trustCode?: boolean;
}

/**
 * Prepares a new run from the newest code and the flags that another run stores, on the same engine. The project's
 * files, its project file and the environment have no part in it.
 * @param results the folder of the new run's experiment
 * @throws ForgeError CODE_MISSING for a run whose configs were objects; CODE_ALTERED, FLAG_UNKNOWN, FLAG_INVALID,
 * FLAG_CONFLICT; nothing was written then
 */
export async function prepareRerun(
  services: Services,
  folder: RunFolder,
  results: string,
  { set = {}, trustCode = false }: RerunOptions,
): Promise<PreparedRun> {
  const { directory, warn } = services.environment;
  const label = `${folder.experiment}/${folder.number}`;
  const record = await readRunRecord(folder.path);
  const flags = await readRunFlags(folder.path);
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
  refuseFixed(label, given, 'is run again');
  const code = await openRunCode(folder.path, record, trustCode ? warn : undefined, 'Run that script again.');
  const layer = { source: 'command line', values: given, base: directory } as const;
  const { backend, engine, versions } = record;
  const setup = { label, backend, engine, versions, directory: record.directory, flags, code };
  const opened = await openSetup(services, setup, layer);
  return disposeOnFailure(opened.started.engine, async () => {
    const withInit = !isGiven('initFrom', layer) && !isGiven('map', layer);
    const startsFrom = await repeatedRun(folder, record, currentCode(record), withInit);
    return runFromSetup(services, opened, layer, results, startsFrom);
  });
}
