import { rejects } from 'node:assert/strict';
import type { Backend, Engine, Stats, TrainSession } from '../../backend/backend.js';
import { checkOptions as refuseUnknown } from '../../config/check-options.js';
import { type ErrorCode, isForgeError } from '../../errors/forge-error.js';
import { conformanceBatch } from './batches.js';

/** What a backend may be unable to do, said with the reason. */
export const abilities = ['dropout', 'exact-resume', 'live-tensors', 'other-batch-size'] as const;
export type Ability = (typeof abilities)[number];

export interface ConformanceModelOptions {
  /** Whether the model has dropout: at a rate of about a half, so that its effect shows. */
  readonly dropout: boolean;
  /** One of the names in `optimizers`; a default of the backend's own where it is left out. */
  readonly optimizer?: string | undefined;
}

export interface ConformanceOptions {
  /** Stands in the tests' titles: the backend and the engine. */
  readonly name: string;
  readonly backend: Backend;
  /** Starts the engine to test, e.g. `backend.start({ engine: 'wasm', searchFrom: [] })`. */
  start(): Promise<Engine>;
  /** Where the engines' packages are looked for, as `start` does; the current folder where left out. */
  readonly searchFrom?: readonly string[];
  /**
   * Called inside the `load` of each build, while the engine runs: returns what a model config's `load` would, for
   * batches of x float32[batch, 4] and y float32[batch, 2], of any batch size. The model reads x to predict, is
   * trained on the squared error to y, or the like, and gets clearly better within 60 updates of 8 examples.
   */
  model(options: ConformanceModelOptions): unknown;
  /** Optimizers to repeat the resume tests with. */
  readonly optimizers?: readonly string[];
  /** What the backend cannot do, with the reason: those tests are listed as pending, the reason in their title. */
  readonly cannot?: Readonly<Partial<Record<Ability, string>>>;
}

/** Leaves a test out once it has begun, and says why in its title. */
export type Skip = (reason: string) => never;

export interface OpenRequest {
  readonly dropout?: boolean;
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
  /** Disposes of all there is, the engine last, and starts the engine again. */
  restart(): Promise<void>;
  /** A test; of an ability that is declared missing, a pending one that says why. */
  test(title: string, body: (skip: Skip) => Promise<void>, needs?: readonly Ability[]): void;
}

/** @throws TypeError where `cannot` names no ability, or gives no reason */
export function checkOptions(options: ConformanceOptions): void {
  refuseUnknown(options, ['name', 'backend', 'start', 'searchFrom', 'model', 'optimizers', 'cannot'], {
    of: 'describeBackendConformance(options)',
  });
  const { name, cannot = {} } = options;
  for (const [ability, reason] of Object.entries(cannot)) {
    if (!(abilities as readonly string[]).includes(ability)) {
      throw new TypeError(`${name} declares that it cannot "${ability}"; there is ${abilities.join(', ')}.`);
    }
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new TypeError(`${name} declares that it cannot "${ability}", without a reason.`);
    }
  }
}

/** Updates number `from` to `to`, the last one's numbers given back. */
export async function train(session: TrainSession, from: number, to: number, wanted = true): Promise<Stats> {
  let stats: Stats = {};
  for (let step = from; step < to; step++) stats = await session.step(conformanceBatch(step % 6), { step, wanted });
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
