import { rejects } from 'node:assert/strict';
import type { Engine, Stats, TrainSession } from '../../backend/backend.js';
import { type ErrorCode, isForgeError } from '../../errors/forge-error.js';
import type { Ability } from './abilities.js';
import { conformanceBatch } from './batches.js';
import type { ConformanceOptions } from './options.js';

/** Leaves a test out once it has begun, and says why in its title. */
export type Skip = (reason: string) => never;

export interface OpenRequest {
  readonly dropout?: boolean;
  readonly linear?: boolean;
  readonly optimizer?: string | undefined;
  readonly seed?: number;
}

/** The backend under test, with an engine that runs for the whole suite. */
export interface Subject {
  readonly options: ConformanceOptions;
  engine(): Engine;
  /** Builds the model; disposed of after the test unless it has been by then. */
  open(request?: OpenRequest): Promise<TrainSession>;
  dispose(session: TrainSession): Promise<void>;
  /** Disposes of all there is, the engine last, and starts the engine again; in between, none runs. */
  restart(between?: () => Promise<void>): Promise<void>;
  /** A test; of an ability that is declared missing, a pending one that says why. */
  test(title: string, body: (skip: Skip) => Promise<void>, needs?: readonly Ability[]): void;
}

/** Updates number `from` to `to`, the last one's numbers given back. */
export async function train(session: TrainSession, from: number, to: number, wanted = true): Promise<Stats> {
  let stats: Stats = {};
  for (let step = from; step < to; step++)
    stats = await session.step(conformanceBatch(step % 6), { step, metrics: wanted });
  return stats;
}

/** Fails unless the action rejects with a ForgeError of that code, or any, whose message names the thing. */
export async function failsNaming(action: () => unknown, code: ErrorCode | null, named: string): Promise<void> {
  await rejects(
    async () => action(),
    (error) => {
      if (!isForgeError(error)) throw new Error(`expected a ForgeError, got ${String(error)}`, { cause: error });
      if (code !== null && error.code !== code)
        throw new Error(`expected ${code}, got ${error.code}: ${error.message}`);
      if (!error.message.includes(named)) throw new Error(`expected the message to name "${named}": ${error.message}`);
      return true;
    },
  );
}
