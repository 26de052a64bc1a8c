import type { Engine } from '../backend/backend.js';
import type { BackendRegistry, BackendSource } from '../plugins/backend-registry.js';
import type { Workplace } from './workplace.js';

export interface EngineWish {
  readonly backend: string | null;
  /** The package to take the backend from, where a run says which. */
  readonly package?: string;
  readonly engine: string | null;
  readonly gpu: string | null;
}

export async function startEngine(
  workplace: Workplace,
  registry: BackendRegistry,
  wish: EngineWish,
): Promise<{ backend: BackendSource; engine: Engine }> {
  const backend = await registry.find(wish.backend ?? undefined, wish.package);
  const engine = await (await registry.load(backend)).start({
    engine: wish.engine ?? undefined,
    gpu: wish.gpu ?? undefined,
    searchFrom: [workplace.directory, ...workplace.pluginFolders],
  });
  for (const warning of engine.info.warnings) workplace.warn(warning);
  return { backend, engine };
}

/** Does what needs a started engine; where that fails, the engine is let go. */
export async function disposeOnFailure<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // What went wrong first is what a person must hear of.
    await Promise.resolve(engine.dispose()).catch(() => undefined);
    throw error;
  }
}
