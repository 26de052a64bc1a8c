import type { CodeCapture } from '../../code/capture-code.js';
import { recapture, type StoredCode } from '../../code/stored-code.js';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { type FlagLayer, plainValues, type ResolvedFlags, resolveFlags } from '../../config/flags/resolve-flags.js';
import { findName } from '../../text/flag-names.js';
import { type RunFlagValues, runFlags } from '../../train/run-flags.js';
import { openStoredConfigs, type StoredConfigs } from '../load/stored-configs.js';
import { type Versions, versionsOf, warnOfOtherVersions } from '../prepare/compare-versions.js';
import type { ConfigObjects } from '../prepare/config-request.js';
import { readMemoryConfigs } from '../prepare/memory-configs.js';
import { type RunPlugins, runPlugins } from '../prepare/run-plugins.js';
import { disposeOnFailure, type StartedEngine, startEngine } from '../prepare/start-engine.js';
import type { Services } from '../services/services.js';

/** What a run, or the template of a sweep, stores for other runs to start from. */
export interface StoredSetup extends Versions {
  /** As messages call it: `mnist/3`. */
  readonly label: string;
  /** Where relative paths among its flags and in its code start. */
  readonly directory: string;
  readonly flags: ResolvedFlags;
  /** Its code, or the objects of a script where it stores none. */
  readonly code: StoredCode | ConfigObjects;
}

/** A setup on a started engine, for any number of runs. */
export interface OpenedSetup extends AsyncDisposable {
  readonly setup: StoredSetup;
  readonly started: StartedEngine;
  readonly plugins: RunPlugins;
  /** Null for objects of a script. */
  readonly capture: CodeCapture | null;
  /** Evaluates the stored code again at each call: runs share no state of its modules. */
  configs(): Promise<StoredConfigs>;
  /** Whether a run with these values needs the same engine and plugins. */
  fits(layer: FlagLayer): boolean;
}

/** Flags that decide about the engine, and what else is made once for all runs. */
const madeOnce = ['engine', 'gpu', 'sink', 'hook', 'checkpointStore'];

/**
 * Starts the engine of a setup, finds its plugins and its packages, and reads its code.
 * @param layer values to use instead of the setup's
 * @throws ForgeError; nothing was written then
 */
export async function openSetup(services: Services, setup: StoredSetup, layer: FlagLayer): Promise<OpenedSetup> {
  const { label, directory, flags: stored, code } = setup;
  const { warn } = services.environment;
  const values = valuesOf(runFlags, setup, layer) as unknown as RunFlagValues;
  const plugins = await runPlugins(services, values, label);
  const wish = {
    backend: setup.backend.name,
    package: setup.backend.package,
    engine: isGiven('engine', layer) ? values.engine : setup.engine.engine,
    gpu: values.gpu,
    origin: directory,
  };
  const started = await startEngine(services, wish, () => [layerOf(stored), layer]);
  const { engine, declarer } = started;
  return disposeOnFailure(engine, async () => {
    warnOfOtherVersions(setup, versionsOf(started), warn);
    const parts =
      'manifest' in code ? await ofCode(services, code, started, directory) : await ofObjects(services, code, started);
    const pluginFlags = plugins.declarations.map(({ flags }) => flags);
    const deciding: FlagSpecs = Object.assign(
      {},
      ...madeOnce.map((name) => ({ [name]: runFlags[name as keyof typeof runFlags] })),
      declarer.flags,
      ...pluginFlags,
    );
    const before = JSON.stringify(valuesOf(deciding, setup, layer));
    return {
      setup,
      started,
      plugins,
      ...parts,
      fits: (other) => JSON.stringify(valuesOf(deciding, setup, other)) === before,
      [Symbol.asyncDispose]: async () => engine.dispose(),
    };
  });
}

async function ofCode(services: Services, code: StoredCode, { engine }: StartedEngine, directory: string) {
  const { read, packages } = await openStoredConfigs(services, code, engine, directory);
  const captured = await recapture(code);
  return { configs: read, capture: { ...captured, manifest: { ...captured.manifest, packages } } };
}

async function ofObjects(services: Services, objects: ConfigObjects, { engine }: StartedEngine) {
  return { configs: () => readMemoryConfigs(services, objects, engine), capture: null };
}

/** The flags of a setup as a layer of others. */
export function layerOf(flags: ResolvedFlags): FlagLayer {
  return { source: 'run', values: plainValues(flags), ignoreUnknown: true };
}

export function isGiven(name: string, { values }: FlagLayer): boolean {
  return findName(name, Object.keys(values)) !== undefined;
}

function valuesOf(specs: FlagSpecs, { flags }: StoredSetup, layer: FlagLayer): Record<string, unknown> {
  return plainValues(resolveFlags(specs, [layerOf(flags), { ...layer, ignoreUnknown: true }]));
}
