import type { Backend, DType, Engine, EngineFeatures, TrainSession } from '@forge-ml/core/plugin';
import type { ConformanceModelOptions } from '@forge-ml/core/testing';

/** The options a session was built with. */
export interface Built extends ConformanceModelOptions {
  readonly seed: number;
  /** Builds the same model again, without the fault. */
  again(seed: number): Promise<TrainSession>;
}

export interface Fault {
  readonly name: string;
  /** Matches the title of the test that must find it. A fault that only other tests find counts as not found. */
  readonly caughtBy: RegExp;
  /** The ability of an engine or its sessions that the fault needs. */
  readonly needs?:
    | 'observe'
    | 'fused'
    | 'fused outputs'
    | 'captureAside'
    | 'slots of Adam'
    | `arrays of ${DType}`
    | keyof EngineFeatures;
  readonly session?: (session: TrainSession, built: Built) => Partial<TrainSession>;
  readonly engine?: (engine: Engine) => Partial<Engine>;
  readonly backend?: (backend: Backend) => Partial<Backend>;
}

export type SessionFault = NonNullable<Fault['session']>;

/** A proxy of a session or an engine with some of its members replaced. */
export function withChanges<T extends object>(original: T, changes: Partial<T>): T {
  return new Proxy(original, {
    get(target, key) {
      if (key in changes) return changes[key as keyof T];
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A group of faults of sessions, each with the test that must find it. */
export function ofSessions(
  faults: Readonly<Record<string, readonly [RegExp, SessionFault, Fault['needs']?]>>,
): Fault[] {
  return Object.entries(faults).map(([name, [caughtBy, session, needs]]) => ({
    name,
    caughtBy,
    session,
    ...(needs && { needs }),
  }));
}
