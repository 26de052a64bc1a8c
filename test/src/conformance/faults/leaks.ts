import type { SessionState, TrainSession } from '@forge-ml/core/plugin';
import type { Fault } from '../fault.js';

const activities: Readonly<
  Record<string, readonly [keyof TrainSession, ((...args: never[]) => boolean)?, Fault['needs']?]>
> = {
  steps: ['step', (_: unknown, { metrics: wanted }: { metrics: boolean }) => wanted],
  'steps without metrics': ['step', (_: unknown, { metrics: wanted }: { metrics: boolean }) => !wanted],
  evaluations: ['evaluate'],
  predictions: ['predict'],
  captures: ['capture', (memory?: unknown) => memory === undefined],
  'captures into reused memory': ['capture', (memory?: unknown) => memory !== undefined],
  'asynchronous captures': ['captureAside', undefined, 'captureAside'],
  restores: ['restore'],
};
const noArrays = /leak no arrays in the process/;

/** Tensors leaked by all sessions of an engine, as `liveTensors` counts. */
let leaked = 0;
/** Memory leaked like an unbounded cache. */
const held: unknown[] = [];
export const releaseLeaks = () => {
  leaked = 0;
  held.length = 0;
};
const copied = (value: unknown): unknown => structuredClone(value);

const counting = (session: TrainSession) => ({ liveTensors: () => session.liveTensors!() + leaked });

/** What a method leaks at each call, or at each rejection. */
function leaking(
  session: TrainSession,
  method: keyof TrainSession,
  {
    applies = () => true,
    leak,
    refusals = false,
  }: { applies?: (...args: never[]) => boolean; leak: (result: unknown) => void; refusals?: boolean },
): Partial<TrainSession> {
  const original = (session[method] as (...args: unknown[]) => unknown).bind(session);
  return {
    [method]: async (...args: never[]) => {
      try {
        const result = await original(...args);
        if (!refusals && applies(...args)) leak([args, result]);
        return result;
      } catch (error) {
        if (refusals) leak([args]);
        throw error;
      }
    },
  };
}

const escaped = (title: string) => new RegExp(`leaks ${title} leak no tensors, by liveTensors`);
const counted = () => {
  leaked++;
};
const kept = (value: unknown) => {
  held.push(copied(value));
};
const refused = {
  'refused batches': ['step', 'evaluate', 'predict'],
  'refused states': ['restore'],
} as const;

/** Memory that is never freed. */
export const leaks: Fault[] = [
  ...Object.entries(activities).flatMap(([title, [method, applies, needs]]): Fault[] => [
    {
      name: `${title} leave a tensor in the engine`,
      caughtBy: escaped(title),
      ...(needs && { needs }),
      session: (session) => ({
        ...counting(session),
        ...leaking(session, method, { ...(applies && { applies }), leak: counted }),
      }),
    },
    {
      name: `${title} leave arrays in the process`,
      caughtBy: noArrays,
      ...(needs && { needs }),
      session: (session) => leaking(session, method, { ...(applies && { applies }), leak: kept }),
    },
  ]),
  ...Object.entries(refused).flatMap(([title, methods]) =>
    methods.map(
      (method): Fault => ({
        name: `${title} by ${method} leave a tensor in the engine`,
        caughtBy: escaped(title),
        session: (session) => ({
          ...counting(session),
          ...leaking(session, method, { leak: counted, refusals: true }),
        }),
      }),
    ),
  ),
  ...(['step', 'evaluate', 'predict', 'restore'] as const).map(
    (method): Fault => ({
      name: `what ${method} refuses leaves arrays in the process`,
      caughtBy: noArrays,
      session: (session) => leaking(session, method, { leak: kept, refusals: true }),
    }),
  ),
  {
    name: 'models that are refused leave a tensor in the engine',
    caughtBy: escaped('refused models'),
    engine: (engine) => ({
      build: (request) =>
        engine.build(request).catch((error) => {
          leaked++;
          throw error;
        }),
    }),
    session: counting,
  },
  {
    name: 'a session disposed of leaves a tensor in the engine',
    caughtBy: /disposed sessions leak no tensors|liveTensors counts another session/,
    session: (session) => ({
      ...counting(session),
      async dispose() {
        leaked++;
        await session.dispose();
      },
    }),
  },
  {
    name: 'a disposed session leaves its arrays in the process',
    caughtBy: noArrays,
    session: (session) => {
      let state: SessionState | undefined;
      return {
        async step(batch, request) {
          const stats = await session.step(batch, request);
          if (state === undefined) {
            state = await session.capture();
            held.push(state);
          }
          return stats;
        },
      };
    },
  },
  {
    name: 'a session disposed of twice frees two',
    caughtBy: /disposed sessions leak no tensors/,
    session: (session) => {
      let disposed = false;
      return {
        ...counting(session),
        async dispose() {
          await session.dispose();
          if (disposed) leaked--;
          disposed = true;
        },
      };
    },
  },
  {
    name: 'liveTensors is always 0',
    caughtBy: /liveTensors counts another session/,
    session: () => ({ liveTensors: () => 0 }),
  },
  {
    name: 'liveTensors is always 5',
    caughtBy: /liveTensors counts another session/,
    session: () => ({ liveTensors: () => 5 }),
  },
  {
    name: 'liveTensors counts one session alone',
    caughtBy: /liveTensors counts another session/,
    session: ({ parameters }) => ({ liveTensors: () => parameters.length }),
  },
];
