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
  /** The folder a run was started from, where it is one that exists: its packages may supply the engine too. */
  readonly origin?: string;
  /** The values of the flags of the backend's plugin. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

export interface BackendChoice extends EngineChoice {
  readonly backend: string | null;
  /** The package to take the backend from, where a run says which. */
  readonly package?: string;
}

/** A backend that was found, an engine of it, and the flags that come with its plugin. */
export interface StartedEngine {
  readonly backend: BackendSource;
  readonly engine: Engine;
  readonly declarer: FlagDeclaration;
}

/**
 * Finds the backend and starts an engine of it.
 * @param layers where the values of its plugin's flags come from; what else they name is not looked at
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

/** Does what needs a started engine; where that fails, the engine is let go. */
export async function disposeOnFailure<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // What went wrong first is what a person must hear of.
    await Promise.resolve()
      .then(() => engine.dispose())
      .catch(() => undefined);
    throw error;
  }
}
