import type { Batch, Stats } from '@forge-ml/core/plugin';
import { batchRows, centred, changed, dropped, upTo } from '../change-tensors.js';
import { ofSessions } from '../fault.js';

const asWithout = /evaluates and predicts as the same model without/;
const byItself = /a row is predicted and evaluated independently/;
const ofPrediction = /an evaluation's loss is the mean squared error of the predictions/;
const linearLoss = /evaluate's loss of a linear model/;
const beforeUpdate = /a step's loss of a linear model/;

/** Evaluation mode, and the numbers it reports. */
export const evaluation = ofSessions({
  'evaluate drops, by a key that never changes': [
    asWithout,
    (session, { dropout }) => ({ evaluate: (batch) => session.evaluate(dropout ? dropped(batch) : batch) }),
  ],
  'predict drops, by a key that never changes': [
    asWithout,
    (session, { dropout }) => ({ predict: (batch) => session.predict(dropout ? dropped(batch) : batch) }),
  ],
  'evaluate and predict both drop, by a key that never changes': [
    asWithout,
    (session, { dropout }) => ({
      evaluate: (batch) => session.evaluate(dropout ? dropped(batch) : batch),
      predict: (batch) => session.predict(dropout ? dropped(batch) : batch),
    }),
  ],
  'evaluate goes by the statistics of its batch': [
    byItself,
    (session, { linear }) => ({ evaluate: (batch) => session.evaluate(linear ? batch : centred(batch)) }),
  ],
  'predict goes by the statistics of its batch': [
    byItself,
    (session, { linear }) => ({ predict: (batch) => session.predict(linear ? batch : centred(batch)) }),
  ],
  'evaluate and predict both go by the statistics of their batch': [
    byItself,
    (session, { linear }) => ({
      evaluate: (batch) => session.evaluate(linear ? batch : centred(batch)),
      predict: (batch) => session.predict(linear ? batch : centred(batch)),
    }),
  ],
  'evaluate gives a loss eight times too large': [
    ofPrediction,
    (session) => ({ evaluate: async (batch) => ({ loss: 8 * (await session.evaluate(batch)).loss! }) }),
  ],
  'evaluate gives half the loss, as a step does': [
    linearLoss,
    (session) => ({
      evaluate: async (batch) => ({ loss: (await session.evaluate(batch)).loss! / 2 }),
      step: async (batch, request): Promise<Stats> => {
        const { loss } = await session.step(batch, request);
        return loss === undefined ? {} : { loss: loss / 2 };
      },
    }),
  ],
  'evaluate gives the sum over the rows': [
    linearLoss,
    (session) => ({
      evaluate: async (batch) => ({ loss: ((await session.evaluate(batch)).loss! * batch.x!.shape[0]!) / 8 }),
    }),
  ],
  'evaluate gives the root of the loss': [
    ofPrediction,
    (session) => ({ evaluate: async (batch) => ({ loss: Math.sqrt((await session.evaluate(batch)).loss!) }) }),
  ],
  'evaluate gives the loss after an update with its batch': [
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
  'evaluate gives the loss of the batch before': [
    ofPrediction,
    (session) => {
      let last: number | undefined;
      return {
        async evaluate(batch) {
          const { loss } = await session.evaluate(batch);
          const told = last ?? loss!;
          last = loss!;
          return { loss: told };
        },
      };
    },
  ],
  'evaluate gives the mean of all evaluations so far': [
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
  'evaluate looks at the first half of a batch': [
    ofPrediction,
    (session) => ({ evaluate: (batch) => session.evaluate(batchRows(batch, (rows) => upTo(Math.ceil(rows / 2)))) }),
  ],
  'evaluate leaves the last row out': [
    ofPrediction,
    (session) => ({ evaluate: (batch) => session.evaluate(batchRows(batch, (rows) => upTo(Math.max(1, rows - 1)))) }),
  ],
  'evaluate adds weight decay to the loss': [
    ofPrediction,
    (session) => ({ evaluate: async (batch) => ({ loss: (await session.evaluate(batch)).loss! + 0.01 }) }),
  ],
  'evaluate remembers the first loss it gave': [
    ofPrediction,
    (session) => {
      let first: ReturnType<typeof session.evaluate> | undefined;
      return { evaluate: (batch) => (first ??= session.evaluate(batch)) };
    },
  ],
  'a step gives the loss after its update': [
    beforeUpdate,
    (session) => ({
      async step(batch, request) {
        const stats = await session.step(batch, request);
        return 'loss' in stats ? { ...stats, loss: (await session.evaluate(batch)).loss! } : stats;
      },
    }),
  ],
  'a step gives the loss of the step before': [
    beforeUpdate,
    (session) => {
      let last: number | undefined;
      return {
        async step(batch, request) {
          const { loss } = await session.step(batch, { ...request, metrics: true });
          const told = last ?? loss!;
          last = loss!;
          return { loss: told };
        },
      };
    },
  ],
  'a step gives the loss of one row': [
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
