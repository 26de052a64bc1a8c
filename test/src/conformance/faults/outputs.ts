import type { Batch, TensorData } from '@forge-ml/core/plugin';
import { changed, eachOf, numbersOf, rowsOf, upTo } from '../change-tensors.js';
import { type Fault, ofSessions, type SessionFault } from '../fault.js';

const linearOutputs = /a linear model predicts x · W \+ b/;
const byItself = /a row is predicted and evaluated independently/;
const alone = /a single row is predicted as in a batch/;
const oneEach = /predict needs only the inputs that the model reads/;

const outputsBy =
  (change: (value: TensorData) => TensorData): SessionFault =>
  (session) => ({ predict: async (batch) => eachOf(await session.predict(batch), change) });
const numbersBy = (change: Parameters<typeof changed>[1]) => outputsBy((value) => changed(value, change));
const rowsBy = (pick: (rows: number) => readonly number[]) => outputsBy((value) => rowsOf(value, pick));

/** Outputs with the right rows and wrong values. */
export const scale: Fault[] = ofSessions({
  'predict doubles its outputs': [linearOutputs, numbersBy((value) => 2 * value)],
  'predict adds one': [linearOutputs, numbersBy((value) => value + 1)],
  'predict returns zeros': [linearOutputs, numbersBy(() => 0)],
  'predict negates its outputs': [linearOutputs, numbersBy((value) => -value)],
  'predict clips at zero': [linearOutputs, numbersBy((value) => Math.max(0, value))],
  'predict applies tanh to its outputs': [linearOutputs, numbersBy((value) => Math.tanh(value))],
  'predict rounds to whole numbers': [linearOutputs, numbersBy((value) => Math.round(value))],
  'predict swaps the columns': [linearOutputs, numbersBy((_, at, all) => all[at % 2 === 0 ? at + 1 : at - 1]!)],
  'predict is one per cent off': [linearOutputs, numbersBy((value) => 1.01 * value)],
  'predict and evaluate double the values that dropout keeps': [
    /evaluates and predicts as the same model without/,
    (session, { dropout }) => {
      const larger = (batch: Batch) => (dropout ? { ...batch, x: changed(batch.x!, (value) => 2 * value) } : batch);
      return {
        predict: (batch) => session.predict(larger(batch)),
        evaluate: (batch) => session.evaluate(larger(batch)),
      };
    },
  ],
  'predict uses the parameters before the last step': [
    linearOutputs,
    (session) => {
      let before: Awaited<ReturnType<typeof session.capture>> | undefined;
      return {
        async step(batch, request) {
          before = await session.capture();
          return session.step(batch, request);
        },
        async predict(batch) {
          if (before === undefined) return session.predict(batch);
          const now = await session.capture();
          await session.restore(before);
          const outputs = await session.predict(batch);
          await session.restore(now);
          return outputs;
        },
      };
    },
  ],
  'predict uses the initial parameters': [
    linearOutputs,
    (session) => {
      const start = session.capture();
      return {
        async predict(batch) {
          const now = await session.capture();
          await session.restore(await start);
          const outputs = await session.predict(batch);
          await session.restore(now);
          return outputs;
        },
      };
    },
  ],
});

/** Right values in wrong rows. */
export const rows: Fault[] = ofSessions({
  'predict reverses the rows': [linearOutputs, rowsBy((count) => upTo(count).reverse())],
  'predict repeats the first row': [linearOutputs, rowsBy((count) => upTo(count).map(() => 0))],
  'predict moves the rows by one': [linearOutputs, rowsBy((count) => upTo(count).map((row) => (row + 1) % count))],
  'predict replaces the last row by the one before': [
    linearOutputs,
    rowsBy((count) => [...upTo(count - 1), Math.max(0, count - 2)]),
  ],
  'predict swaps pairs of rows': [
    linearOutputs,
    rowsBy((count) => upTo(count).map((row) => Math.min(count - 1, row % 2 === 0 ? row + 1 : row - 1))),
  ],
  'predict sorts the rows by its outputs': [
    byItself,
    outputsBy((value) => {
      const numbers = numbersOf(value);
      return rowsOf(value, (count) => upTo(count).sort((a, b) => numbers[2 * a]! - numbers[2 * b]!));
    }),
  ],
  'predict omits the last row': [oneEach, rowsBy((count) => upTo(count - 1))],
  'predict pads to eight rows': [oneEach, rowsBy((count) => upTo(8).map((row) => row % count))],
  'predict is wrong after the fourth row': [
    linearOutputs,
    outputsBy((value) => changed(value, (number, at) => (at >= 8 ? 0 : number))),
  ],
  'predict returns zeros for a single row': [
    alone,
    outputsBy((value) => changed(value, (number) => (value.shape[0] === 1 ? 0 : number))),
  ],
  'predict returns columns first': [
    linearOutputs,
    outputsBy((value) => {
      const count = value.shape[0]!;
      return changed(value, (_, at, all) => all[(at % count) * 2 + Math.floor(at / count)]!);
    }),
  ],
  'predict adds to each row a part of its neighbour': [
    byItself,
    outputsBy((value) => changed(value, (number, at, all) => number + 0.1 * (all[(at + 2) % all.length] ?? 0))),
  ],
  'predict uses rows of an earlier batch': [
    linearOutputs,
    (session) => {
      let first: Batch | undefined;
      return {
        async predict(batch) {
          const outputs = await session.predict(batch);
          first ??= outputs;
          const fits = Object.values(first)[0]!.bytes.length === Object.values(outputs)[0]!.bytes.length;
          return fits ? first : outputs;
        },
      };
    },
  ],
  'a step trains on all rows but the last': [
    /parameters after each update are those computed in float64/,
    (session) => ({
      step: (batch, request) =>
        session.step(
          eachOf(batch, (value) =>
            rowsOf(value, (count) => upTo(count).map((row) => Math.min(row, Math.max(0, count - 2)))),
          ),
          request,
        ),
    }),
  ],
  'a step trains on the targets of other rows': [
    /parameters after each update are those computed in float64/,
    (session) => ({
      step: (batch, request) =>
        session.step(batch.y ? { ...batch, y: rowsOf(batch.y, (count) => upTo(count).reverse()) } : batch, request),
    }),
  ],
  'a step trains on the previous batch': [
    /parameters after each update are those computed in float64/,
    (session) => {
      let last: Batch | undefined;
      return {
        step(batch, request) {
          const used = last ?? batch;
          last = eachOf(batch, (value) => ({ ...value, bytes: new Uint8Array(value.bytes) }));
          return session.step(used, request);
        },
      };
    },
  ],
});
