import type { Backend, DType, Engine, TrainSession } from '@forge-ml/core/plugin';
import type { ConformanceModelOptions } from '@forge-ml/core/testing';

/** What a session was built with. */
export interface Built extends ConformanceModelOptions {
  readonly seed: number;
  /** Builds the same model once more, unspoiled. */
  again(seed: number): Promise<TrainSession>;
}

export interface Fault {
  readonly name: string;
  /** In the title of the test that is there to find it: found by another, it counts as not found. */
  readonly caughtBy: RegExp;
  /** What an engine or its sessions must have for the fault to be possible. */
  readonly needs?: 'observe' | 'fused' | 'captureAside' | 'slots of Adam' | `arrays of ${DType}`;
  readonly session?: (session: TrainSession, built: Built) => Partial<TrainSession>;
  readonly engine?: (engine: Engine) => Partial<Engine>;
  readonly backend?: (backend: Backend) => Partial<Backend>;
}

export type SessionFault = NonNullable<Fault['session']>;

/** A session or an engine with some of its members replaced: what it has besides goes through. */
export function withChanges<T extends object>(sound: T, changes: Partial<T>): T {
  return new Proxy(sound, {
    get(target, key) {
      if (key in changes) return changes[key as keyof T];
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A group of faults of sessions, each with the test that finds it. */
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
