import type { Batch, Stats } from '@forge-ml/core/plugin';
import { batchRows, centred, changed, dropped, upTo } from '../change-tensors.js';
import { ofSessions } from '../fault.js';

const asWithout = /evaluates and predicts as the same model without/;
const byItself = /a row is predicted and evaluated independently/;
const ofPrediction = /an evaluation's loss is the mean squared error of the predictions/;
const linearLoss = /evaluate's loss of a linear model/;
const beforeUpdate = /a step's loss of a linear model/;

/** Evaluation mode and its metrics. */
export const evaluation = ofSessions({
  'evaluate applies dropout, with a fixed key': [
    asWithout,
    (session, { dropout }) => ({ evaluate: (batch) => session.evaluate(dropout ? dropped(batch) : batch) }),
  ],
  'predict applies dropout, with a fixed key': [
    asWithout,
    (session, { dropout }) => ({ predict: (batch) => session.predict(dropout ? dropped(batch) : batch) }),
  ],
  'evaluate and predict both apply dropout, with a fixed key': [
    asWithout,
    (session, { dropout }) => ({
      evaluate: (batch) => session.evaluate(dropout ? dropped(batch) : batch),
      predict: (batch) => session.predict(dropout ? dropped(batch) : batch),
    }),
  ],
  'evaluate uses the statistics of its batch': [
    byItself,
    (session, { linear }) => ({ evaluate: (batch) => session.evaluate(linear ? batch : centred(batch)) }),
  ],
  'predict uses the statistics of its batch': [
    byItself,
    (session, { linear }) => ({ predict: (batch) => session.predict(linear ? batch : centred(batch)) }),
  ],
  'evaluate and predict both use the statistics of their batch': [
    byItself,
    (session, { linear }) => ({
      evaluate: (batch) => session.evaluate(linear ? batch : centred(batch)),
      predict: (batch) => session.predict(linear ? batch : centred(batch)),
    }),
  ],
  'evaluate returns a loss eight times too large': [
    ofPrediction,
    (session) => ({ evaluate: async (batch) => ({ loss: 8 * (await session.evaluate(batch)).loss! }) }),
  ],
  'evaluate and a step return half the loss': [
    linearLoss,
    (session) => ({
      evaluate: async (batch) => ({ loss: (await session.evaluate(batch)).loss! / 2 }),
      step: async (batch, request): Promise<Stats> => {
        const { loss } = await session.step(batch, request);
        return loss === undefined ? {} : { loss: loss / 2 };
      },
    }),
  ],
  'evaluate returns the sum over the rows': [
    linearLoss,
    (session) => ({
      evaluate: async (batch) => ({ loss: ((await session.evaluate(batch)).loss! * batch.x!.shape[0]!) / 8 }),
    }),
  ],
  'evaluate returns the square root of the loss': [
    ofPrediction,
    (session) => ({ evaluate: async (batch) => ({ loss: Math.sqrt((await session.evaluate(batch)).loss!) }) }),
  ],
  'evaluate returns the loss after an update with its batch': [
    linearLoss,
    (session) => ({
      async evaluate(batch) {
        const state = await session.capture();
        await session.step(batch, { step: 0, metrics: false });
        const stats = await session.evaluate(batch);
        await session.restore(state);
        return stats;
      },
    }),
  ],
  'evaluate returns the loss of the previous batch': [
    ofPrediction,
    (session) => {
      let last: number | undefined;
      return {
        async evaluate(batch) {
          const { loss } = await session.evaluate(batch);
          const reported = last ?? loss!;
          last = loss!;
          return { loss: reported };
        },
      };
    },
  ],
  'evaluate returns the mean of all evaluations so far': [
    ofPrediction,
    (session) => {
      const losses: number[] = [];
      return {
        async evaluate(batch) {
          losses.push((await session.evaluate(batch)).loss!);
          return { loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length };
        },
      };
    },
  ],
  'evaluate uses the first half of a batch': [
    ofPrediction,
    (session) => ({ evaluate: (batch) => session.evaluate(batchRows(batch, (rows) => upTo(Math.ceil(rows / 2)))) }),
  ],
  'evaluate ignores the last row': [
    ofPrediction,
    (session) => ({ evaluate: (batch) => session.evaluate(batchRows(batch, (rows) => upTo(Math.max(1, rows - 1)))) }),
  ],
  'evaluate adds weight decay to the loss': [
    ofPrediction,
    (session) => ({ evaluate: async (batch) => ({ loss: (await session.evaluate(batch)).loss! + 0.01 }) }),
  ],
  'evaluate always returns its first loss': [
    ofPrediction,
    (session) => {
      let first: ReturnType<typeof session.evaluate> | undefined;
      return { evaluate: (batch) => (first ??= session.evaluate(batch)) };
    },
  ],
  'a step returns the loss after its update': [
    beforeUpdate,
    (session) => ({
      async step(batch, request) {
        const stats = await session.step(batch, request);
        return 'loss' in stats ? { ...stats, loss: (await session.evaluate(batch)).loss! } : stats;
      },
    }),
  ],
  'a step returns the loss of the previous step': [
    beforeUpdate,
    (session) => {
      let last: number | undefined;
      return {
        async step(batch, request) {
          const { loss } = await session.step(batch, { ...request, metrics: true });
          const reported = last ?? loss!;
          last = loss!;
          return { loss: reported };
        },
      };
    },
  ],
  'a step returns the loss of one row': [
    beforeUpdate,
    (session) => ({
      async step(batch, request) {
        const { loss } = await session.evaluate(batchRows(batch, () => [0]));
        await session.step(batch, request);
        return { loss: loss! };
      },
    }),
  ],
  'evaluate trains': [
    /change nothing, including later steps/,
    (session) => ({
      async evaluate(batch) {
        await session.step(batch, { step: 0, metrics: false });
        return session.evaluate(batch);
      },
    }),
  ],
  'predict trains': [
    /change nothing, including later steps/,
    (session) => ({
      async predict(batch) {
        const outputs = await session.predict(batch);
        const y = Object.values(outputs)[0]!;
        await session.step({ ...batch, y: changed(y, (value) => value + 0.1) } as Batch, { step: 0, metrics: false });
        return outputs;
      },
    }),
  ],
});
