import type { Backend, Engine } from '../backend/backend.js';
import { projectRoot } from '../config/project-root.js';
import type { BackendRegistry, BackendSource } from '../plugins/backend-registry.js';
import { packageFolders } from './package-folders.js';
import type { Workplace } from './workplace.js';

export interface EngineWish {
  readonly engine: string | null;
  readonly gpu: string | null;
  /** The folder a run was started from, where it is one that exists: its packages may supply the engine too. */
  readonly origin?: string;
}

export interface BackendWish extends EngineWish {
  readonly backend: string | null;
  /** The package to take the backend from, where a run says which. */
  readonly package?: string;
}

/** Finds the backend and starts an engine of it. */
export async function startEngine(
  workplace: Workplace,
  registry: BackendRegistry,
  wish: BackendWish,
): Promise<{ backend: BackendSource; engine: Engine }> {
  const backend = await registry.find(wish.backend ?? undefined, wish.package);
  return { backend, engine: await startEngineOf(await registry.load(backend), workplace, wish) };
}

export async function startEngineOf(
  backend: Backend,
  workplace: Workplace,
  { engine: name, gpu, origin }: EngineWish,
): Promise<Engine> {
  const engine = await backend.start({
    engine: name ?? undefined,
    gpu: gpu ?? undefined,
    searchFrom: [...packageFolders(workplace), ...originOf(origin)],
  });
  for (const warning of engine.info.warnings) workplace.warn(warning);
  return engine;
}

/** Where a run says that it was made may be anywhere, the run itself too. */
function originOf(folder: string | undefined): string[] {
  const start = folder === undefined ? undefined : projectRoot(folder).start;
  return start === undefined ? [] : [start];
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
