import { resolve } from 'node:path';
import { isAddress } from '../../config/flags/path-value.js';
import {
  type FlagLayer,
  type FlagValue,
  mergeSpecs,
  plainValues,
  resolveFlags,
} from '../../config/flags/resolve-flags.js';
import type { FileRead } from '../../config/loader/file-reads.js';
import { ForgeError } from '../../errors/forge-error.js';
import { findName, toKebab } from '../../text/flag-names.js';
import { refuseBesideNone } from '../../train/early-stop/early-stop-flags.js';
import { configFlags, type RunFlagValues, runFlags } from '../../train/run-flags.js';
import type { PreparedRun, StoredStart } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';
import { isGiven, layerOf, type OpenedSetup } from './open-setup.js';

/** Flags that belong to the stored code. */
const fixed = ['backend', ...configFlags];

/**
 * Prepares a new run with the code and flags of a setup.
 * @param layer values of flags instead of the setup's
 * @param results the folder of the new run's experiment
 * @throws ForgeError FLAG_UNKNOWN, FLAG_INVALID, FLAG_CONFLICT; nothing was written then
 */
export async function runFromSetup(
  services: Services,
  opened: OpenedSetup,
  layer: FlagLayer,
  results: string,
  startsFrom: StoredStart,
): Promise<PreparedRun> {
  const { setup, started, plugins, capture } = opened;
  const { backend, engine, declarer } = started;
  const { directory } = services.environment;
  const { flags: stored } = setup;
  const { data, model } = await opened.configs();
  const specs = mergeSpecs([
    { by: 'forge', flags: runFlags },
    { by: 'the data config', flags: data.flags },
    { by: 'the model config', flags: model.flags },
    declarer,
    ...plugins.declarations,
  ]);
  const resolved = resolveFlags(specs, [layerOf(stored), layer], setup.directory);
  // Flags that only the script of the run declared are kept too.
  const changed = Object.entries(resolved).filter(
    ([name, { source }]) => source === layer.source || !Object.hasOwn(stored, name),
  );
  const flags: Record<string, FlagValue> = { ...stored, ...Object.fromEntries(changed) };
  if (!isGiven('resultsDir', layer) && resolve(directory, String(flags.resultsDir?.value)) !== results) {
    flags.resultsDir = { value: results, source: 'run' };
  }
  const reads = new Map<string, FileRead>();
  for (const [name, { value }] of changed) {
    const isFile = specs[name]!.kind === 'path' && typeof value === 'string' && value !== '' && !isAddress(value);
    if (isFile) reads.set(value, { path: value, by: `--${toKebab(name)}` });
  }
  const values = plainValues(flags) as unknown as RunFlagValues;
  refuseBesideNone(
    values,
    changed.map(([name]) => name),
  );
  return {
    flags,
    values: { ...values, ...(isGiven('runName', layer) ? {} : { runName: null }) } as PreparedRun['values'],
    data,
    model,
    backend,
    engine,
    plugins,
    code: capture,
    inMemory: capture === null,
    reads,
    dryRun: false,
    reopened: null,
    startsFrom,
    [Symbol.asyncDispose]: async () => engine.dispose(),
  };
}

/** @throws ForgeError FLAG_CONFLICT for a flag that belongs to the stored code */
export function refuseFixed(label: string, given: Readonly<Record<string, unknown>>, how: string): void {
  const name = Object.keys(given).find((flag) => findName(flag, fixed) !== undefined);
  if (name === undefined) return;
  throw new ForgeError('FLAG_CONFLICT', `--${toKebab(name)} cannot change: ${label} ${how} with its stored code.`, {
    about: name,
    hint: 'Omit it, or train the files of the project: forge train.',
  });
}
