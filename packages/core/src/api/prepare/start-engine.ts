import type { Backend, Engine } from '../../backend/backend.js';
import { originFolders } from '../../code/stored-code.js';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { type FlagDeclaration, type FlagLayer, plainValues, resolveFlags } from '../../config/flags/resolve-flags.js';
import { labelOf } from '../../plugins/discovery/plugin-manifest.js';
import type { BackendSource } from '../../plugins/registry/backend-registry.js';
import type { Environment } from '../services/environment.js';
import type { Services } from '../services/services.js';
import { packageFolders } from './package-folders.js';

export interface EngineChoice {
  readonly engine: string | null;
  readonly gpu: string | null;
  /** The folder that a run was started from, if it exists: its packages may supply the engine too. */
  readonly origin?: string;
  /** The values of the flags of the backend's plugin. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

export interface BackendChoice extends EngineChoice {
  readonly backend: string | null;
  /** The package of the backend, where a run names it. */
  readonly package?: string;
}

/** A backend, a started engine of it, and the flags of its plugin. */
export interface StartedEngine {
  readonly backend: BackendSource;
  readonly engine: Engine;
  readonly declarer: FlagDeclaration;
}

/**
 * Finds the backend and starts an engine of it.
 * @param layers the sources of its plugin's flags; other flags in them are ignored
 */
export async function startEngine(
  services: Services,
  wish: BackendChoice,
  layers: (specs: FlagSpecs) => readonly FlagLayer[],
): Promise<StartedEngine> {
  const registry = services.backends;
  const backend = await registry.find(wish.backend ?? undefined, wish.package);
  const loaded = await registry.load(backend);
  const flags = await services.plugins.flagsOf(backend.plugin);
  const given = layers(flags).map((layer) => ({ ...layer, ignoreUnknown: true }));
  const values = plainValues(resolveFlags(flags, given));
  const engine = await startEngineOf(loaded, services.environment, { ...wish, flags: values });
  return { backend, engine, declarer: { by: labelOf(backend.plugin), flags } };
}

export async function startEngineOf(
  backend: Backend,
  environment: Environment,
  { engine: name, gpu, origin, flags }: EngineChoice,
): Promise<Engine> {
  const engine = await backend.start({
    engine: name ?? undefined,
    gpu: gpu ?? undefined,
    ...(flags === undefined ? {} : { flags }),
    searchFrom: [...packageFolders(environment), ...(origin === undefined ? [] : originFolders(origin))],
  });
  for (const warning of engine.info.warnings) environment.warn(warning);
  return engine;
}

/** Runs work that needs a started engine; disposes of the engine where it fails. */
export async function disposeOnFailure<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Report the first error.
    await Promise.resolve()
      .then(() => engine.dispose())
      .catch(() => undefined);
    throw error;
  }
}
