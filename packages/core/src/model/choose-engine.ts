import type { EngineRequest, EngineStatus } from '../backend/backend.js';
import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';

/** An engine of a backend. */
export interface EngineCandidate<T> {
  /** The value of `--engine`. */
  readonly name: string;
  /** Whether it is usable. Does not start it. */
  status(request: EngineRequest): EngineStatus;
  /** @throws ForgeError ENGINE_UNUSABLE, with the reason and a remedy */
  start(request: EngineRequest): Promise<T>;
}

export interface ChosenEngine<T> {
  readonly started: T;
  /** Why preferred engines that seemed usable failed to start. */
  readonly warnings: readonly string[];
}

/**
 * Starts the requested engine. Default: the first of the candidates that works.
 * @param backend the backend's name, for messages
 * @throws ForgeError ENGINE_UNUSABLE
 */
export async function chooseEngine<T>(
  backend: string,
  candidates: readonly EngineCandidate<T>[],
  request: EngineRequest,
): Promise<ChosenEngine<T>> {
  if (request.engine !== undefined) {
    return { started: await named(backend, candidates, request.engine).start(request), warnings: [] };
  }
  const warnings: string[] = [];
  let last: unknown;
  for (const candidate of candidates) {
    if (!candidate.status(request).usable) continue;
    try {
      return { started: await candidate.start(request), warnings };
    } catch (error) {
      if (!isForgeError(error)) throw error;
      last = error;
      warnings.push(messageOf(error));
    }
  }
  throw last ?? new ForgeError('ENGINE_UNUSABLE', `No engine of the backend ${backend} is usable here.`);
}

function named<T>(backend: string, candidates: readonly EngineCandidate<T>[], name: string): EngineCandidate<T> {
  const found = candidates.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw new ForgeError('ENGINE_UNUSABLE', `The backend ${backend} has no engine '${name}'.`, {
    about: name,
    hint: `Available: ${candidates.map((candidate) => candidate.name).join(', ')}.`,
  });
}
