import { rejects } from 'node:assert/strict';
import type { TrainSession } from '../../../backend/backend.js';
import { tensor } from '../../../tensor/tensor-data.js';
import { conformanceBatch } from './batches.js';
import { captured } from './states.js';
import type { Subject } from './subject.js';

/** Something done to a session repeatedly that must not leak. */
export interface Activity {
  readonly title: string;
  /** Whether sessions of this backend support it. Default: true. */
  supported?(session: TrainSession): boolean;
  /** @param turn how often it was done before, also used as the step number */
  run(session: TrainSession, turn: number): Promise<unknown>;
}

/** The activities with batches of `rows` rows. */
export function activities({ engine, open, dispose, options }: Subject, rows: number): readonly Activity[] {
  const batches = Array.from({ length: 6 }, (_, index) => conformanceBatch(index, rows));
  const batchAt = (turn: number) => batches[turn % 6]!;
  const { x, y } = conformanceBatch(0, rows);
  const wide = { x: tensor(new Float32Array(rows * 5), [rows, 5]), y: y! };
  const build = (load: () => unknown, sample = conformanceBatch(0)) => engine().build({ load, sample, seed: 1 });
  const fails = (action: () => unknown) => rejects(async () => action());
  return [
    { title: 'steps', run: async (session, step) => session.step(batchAt(step), { step, metrics: true }) },
    {
      title: 'steps without metrics',
      run: async (session, step) => session.step(batchAt(step), { step, metrics: false }),
    },
    {
      title: 'fused steps',
      supported: ({ fused }) => fused !== undefined,
      run: async (session, step) => session.fused!.steps([batchAt(0), batchAt(1)], { step, metrics: true }),
    },
    { title: 'evaluations', run: async (session, turn) => session.evaluate(batchAt(turn)) },
    { title: 'predictions', run: async (session, turn) => session.predict({ x: batchAt(turn).x! }) },
    { title: 'captures', run: async (session) => session.capture() },
    {
      title: 'captures into reused memory',
      run: async (session) => session.capture(await session.capture()),
    },
    {
      title: 'asynchronous captures',
      supported: ({ captureAside }) => captureAside !== undefined,
      async run(session, step) {
        const capture = session.captureAside!();
        await session.step(batchAt(step), { step, metrics: true });
        (await capture).release?.();
      },
    },
    { title: 'restores', run: async (session) => session.restore(await captured(session)) },
    {
      title: 'refused batches',
      async run(session, step) {
        await fails(() => session.step({ x: x! }, { step, metrics: true }));
        await fails(() => session.step(wide, { step, metrics: true }));
        await fails(() => session.evaluate({ x: x! }));
        await fails(() => session.evaluate(wide));
        await fails(() => session.predict({ y: y! }));
        await fails(() => session.predict({ x: wide.x }));
      },
    },
    {
      title: 'refused states',
      async run(session) {
        const state = await session.capture();
        const [last] = [...state.parameters.keys()].slice(-1);
        const parameters = new Map([...state.parameters].filter(([name]) => name !== last));
        await fails(() => session.restore({ ...state, parameters }));
      },
    },
    {
      title: 'refused models',
      async run() {
        await fails(() => build(() => null));
        await fails(() =>
          build(() => {
            throw new Error('none');
          }),
        );
        // A backend may refuse this or not; if it does not, the session is disposed.
        const session = await build(() => options.model({ dropout: false, linear: false }), { x: x! }).catch(
          () => undefined,
        );
        await session?.dispose();
      },
    },
    {
      title: 'disposed sessions',
      async run() {
        const other = await open({ dropout: options.cannot?.dropout === undefined });
        await other.step(batchAt(0), { step: 0, metrics: true });
        await other.evaluate(batchAt(0));
        await dispose(other);
        // A second call must not dispose anything else.
        await dispose(other);
      },
    },
  ];
}
