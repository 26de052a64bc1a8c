import { rejects } from 'node:assert/strict';
import type { Engine, Stats, TrainSession } from '../../../backend/backend.js';
import { type ErrorCode, isForgeError } from '../../../errors/forge-error.js';
import type { Ability } from './abilities.js';
import { conformanceBatch } from './batches.js';
import type { ConformanceOptions } from './options.js';

/** Skips a running test, with the reason in its title. */
export type Skip = (reason: string) => never;

export interface OpenRequest {
  readonly dropout?: boolean;
  readonly linear?: boolean;
  readonly optimizer?: string | undefined;
  readonly seed?: number;
  /** Needs the engine's feature of that name. */
  readonly ema?: number;
  readonly freeze?: readonly string[];
}

/** The backend under test, with an engine that is running for the whole suite. */
export interface Subject {
  readonly options: ConformanceOptions;
  engine(): Engine;
  /** Builds the model; the session is disposed after the test unless it already was. */
  open(request?: OpenRequest): Promise<TrainSession>;
  dispose(session: TrainSession): Promise<void>;
  /** Disposes all sessions and the engine, and starts the engine again; in between, no engine is running. */
  restart(between?: () => Promise<void>): Promise<void>;
  /** Declares a test. If it needs an ability in `cannot`, it is pending, with the reason in its title. */
  test(title: string, body: (skip: Skip) => Promise<void>, needs?: readonly Ability[]): void;
}

/** Runs the updates `from` to `to` (exclusive). @returns the metrics of the last one */
export async function train(session: TrainSession, from: number, to: number, metrics = true): Promise<Stats> {
  let stats: Stats = {};
  for (let step = from; step < to; step++) stats = await session.step(conformanceBatch(step % 6), { step, metrics });
  return stats;
}

/** Fails unless the action rejects with a ForgeError of this code (null: any code) whose message contains `named`. */
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
