import type { Batch, StepRequest, TrainSession } from '@forge-ml/core/plugin';
import { copyOf } from '../change-tensors.js';
import { type Fault, ofSessions, type SessionFault } from '../fault.js';

interface Postponing {
  /** The methods that do not wait for postponed steps. */
  readonly forgets?: readonly ('evaluate' | 'predict' | 'capture' | 'restore')[];
  readonly keeps?: (batch: Batch) => Batch;
  readonly order?: (queue: [Batch, StepRequest][]) => [Batch, StepRequest][];
  /** The most postponed steps; the oldest ones are lost. */
  readonly room?: number;
}

/** Postpones steps without metrics until their result is needed, with a fault. */
const postponing =
  ({ forgets = [], keeps = copyOf, order = (queue) => queue, room = 1000 }: Postponing): SessionFault =>
  (session) => {
    let queue: [Batch, StepRequest][] = [];
    const settle = async () => {
      const work = order(queue);
      queue = [];
      for (const [batch, request] of work) await session.step(batch, request);
    };
    const before = <M extends 'evaluate' | 'predict' | 'capture' | 'restore'>(method: M): TrainSession[M] =>
      (async (given: never) => {
        if (!forgets.includes(method)) await settle();
        return (session[method] as (given: never) => unknown)(given);
      }) as TrainSession[M];
    return {
      async step(batch, request) {
        if (request.metrics) {
          await settle();
          return session.step(batch, request);
        }
        queue.push([keeps(batch), request]);
        queue = queue.slice(-room);
        return {};
      },
      evaluate: before('evaluate'),
      predict: before('predict'),
      capture: before('capture'),
      restore: before('restore'),
    };
  };

const unwanted = /reading no metrics does not change training/;

/** Postponed steps. */
export const laziness: Fault[] = ofSessions({
  'steps that are put off pile up without a bound': [/do not pile up: few batches are held/, postponing({})],
  'settle does the last step once more': [
    /settle completes every requested step/,
    (session) => {
      let last: [Batch, StepRequest] | undefined;
      return {
        step(batch, request) {
          last = [copyOf(batch), request];
          return session.step(batch, request);
        },
        async settle() {
          if (last !== undefined) await session.step(...last);
        },
      };
    },
  ],
  'settle loses what has been put off': [
    /settle completes every requested step/,
    (session) => {
      let before: Awaited<ReturnType<typeof session.capture>> | undefined;
      return {
        async step(batch, request) {
          before = await session.capture();
          return session.step(batch, request);
        },
        async settle() {
          if (before !== undefined) await session.restore(before);
        },
      };
    },
  ],
  'a step without metrics is skipped': [
    unwanted,
    (session) => ({ step: (batch, request) => (request.metrics ? session.step(batch, request) : {}) }),
  ],
  'a capture does not wait for steps that were put off': [unwanted, postponing({ forgets: ['capture'] })],
  'an evaluation does not wait for steps that were put off': [
    /evaluations and predictions see every requested step/,
    postponing({ forgets: ['evaluate'] }),
  ],
  'a prediction does not wait for steps that were put off': [
    /evaluations and predictions see every requested step/,
    postponing({ forgets: ['predict'] }),
  ],
  'steps that were put off are done after a restore': [
    /a restore undoes every requested step/,
    postponing({ forgets: ['restore'] }),
  ],
  'a batch is read when its step is done': [
    /a batch may be overwritten after its step/,
    postponing({ keeps: (batch) => batch }),
  ],
  'steps that were put off are done last first': [unwanted, postponing({ order: (queue) => queue.reverse() })],
  'steps that were put off get the last number': [
    /reading no metrics does not change training|dropout/,
    postponing({ order: (queue) => queue.map(([batch]) => [batch, queue.at(-1)![1]]) }),
  ],
  'postponed steps all use the last batch': [
    unwanted,
    postponing({ order: (queue) => queue.map(([, request]) => [queue.at(-1)![0], request]) }),
  ],
  'only so many steps can be put off': [unwanted, postponing({ room: 2 })],
  'the last step is put off until the next': [
    /a step changes the parameters|reading no metrics does not change/,
    (session) => {
      let last: [Batch, StepRequest] | undefined;
      return {
        async step(batch, request) {
          const stats = await session.evaluate(batch);
          if (last !== undefined) await session.step(...last);
          last = [copyOf(batch), request];
          return request.metrics ? stats : {};
        },
      };
    },
  ],
  'a failed step is reported by the next one': [
    /a batch without an array the model reads is an error that names it/,
    (session) => {
      let failure: unknown;
      return {
        async step(batch, request) {
          if (failure !== undefined) throw failure;
          try {
            return await session.step(batch, request);
          } catch (error) {
            failure = error;
            return { loss: 0 };
          }
        },
      };
    },
  ],
});
