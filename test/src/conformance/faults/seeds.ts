import type { SessionState, TrainSession } from '@forge-ml/core/plugin';
import { type Built, type Fault, ofSessions } from '../fault.js';

const values = /another seed changes every randomly initialized parameter/;
const masks = /another seed drops other units in the same step/;
const sameBits = /the same seed gives the same (bits|initial values)/;
let builds = 0;
let steps = 0;

/** Builds with another seed than requested. */
const seeded =
  (change: (seed: number) => number): Fault['engine'] =>
  (engine) => ({
    build: (request) => engine.build({ ...request, seed: change(request.seed) }),
  });

/** Starts from the values of another seed, and applies dropout with its own. */
function beginningAs(seed: number, pick: (own: SessionState, other: SessionState) => SessionState['parameters']) {
  return (session: TrainSession, { again }: Built): Partial<TrainSession> => {
    let ready: Promise<void> | undefined;
    const begin = () => {
      ready ??= (async () => {
        const other = await again(seed);
        const parameters = pick(await session.capture(), await other.capture());
        await other.dispose();
        await session.restore({ parameters, optimizer: new Map() });
      })();
      return ready;
    };
    return {
      step: async (batch, request) => begin().then(() => session.step(batch, request)),
      evaluate: async (batch) => begin().then(() => session.evaluate(batch)),
      predict: async (batch) => begin().then(() => session.predict(batch)),
      capture: async (memory) => begin().then(() => session.capture(memory)),
      restore: async (state) => begin().then(() => session.restore(state)),
    };
  };
}

const seedSwapped = (session: TrainSession, swap: (step: number) => number): Partial<TrainSession> => ({
  step: (batch, { step, metrics: wanted }) => session.step(batch, { step: swap(step), metrics: wanted }),
});

/** Random values and what they depend on. */
export const seeds: Fault[] = [
  { name: 'the seed is ignored', caughtBy: values, engine: seeded(() => 1) },
  { name: 'only the last bit of the seed is used', caughtBy: values, engine: seeded((seed) => (seed + 1) % 2) },
  { name: 'the seed is truncated to 16 bits', caughtBy: values, engine: seeded((seed) => seed % 2 ** 16) },
  { name: 'every build starts differently', caughtBy: sameBits, engine: seeded((seed) => seed + 1000 * builds++) },
  {
    name: 'every second build starts differently',
    caughtBy: sameBits,
    engine: seeded((seed) => seed + (builds++ % 2)),
  },
  {
    name: 'all builds draw from one stream',
    caughtBy: /the same seed gives the same initial values, whatever was built/,
    engine: seeded((seed) => {
      builds += 7;
      return seed + builds;
    }),
  },
  {
    name: 'each start of the engine computes other bits',
    caughtBy: /a disposed and restarted engine computes the same bits/,
    engine: (engine) => {
      const start = builds++;
      return { build: (request) => engine.build({ ...request, seed: request.seed + 1000 * start }) };
    },
  },
  ...ofSessions({
    'initial values ignore the seed, masks follow it': [values, beginningAs(1, (_, other) => other.parameters)],
    'the first random parameter ignores the seed': [
      values,
      beginningAs(1, (own, other) => {
        const random = [...own.parameters].find(([, { bytes }]) => new Set(bytes).size > 4)!;
        return new Map([...own.parameters, [random[0], other.parameters.get(random[0])!]]);
      }),
    ],
    'masks ignore the seed, initial values follow it': [
      masks,
      (session, built) => {
        if (!built.dropout) return {};
        let other: Promise<TrainSession> | undefined;
        const fixed = () => (other ??= built.again(1));
        return {
          async step(batch, request) {
            const masked = await fixed();
            await masked.restore(await session.capture());
            const stats = await masked.step(batch, request);
            await session.restore(await masked.capture());
            return stats;
          },
          async dispose() {
            await (await other)?.dispose();
            await session.dispose();
          },
        };
      },
    ],
    'masks forget the step': [/dropout is random in a step/, (session) => seedSwapped(session, () => 0)],
    'masks come back every second step': [
      /stopped at a step|updates are those computed|dropout is random|fused updates are bit for bit|parameters after each update/,
      (session) => seedSwapped(session, (step) => step - (step % 2)),
    ],
    'masks count the steps of the process': [
      /the same seed (drops the same units in the same step|gives the same bits)/,
      (session, { dropout }) => (dropout ? seedSwapped(session, () => steps++) : {}),
    ],
    'masks count the steps of the session': [
      /the same seed drops the same units in the same step/,
      (session, { dropout }) => {
        let count = 0;
        return dropout ? seedSwapped(session, () => count++) : {};
      },
    ],
    'dropout does nothing': [
      /dropout is random in a step/,
      (session, built) => {
        if (!built.dropout) return {};
        return {
          async step(batch, request) {
            const { loss } = await session.evaluate(batch);
            await session.step(batch, { ...request, step: 0 });
            return { loss: loss! };
          },
        };
      },
    ],
  }),
];
