import { ok } from 'node:assert/strict';
import type { SessionState, TrainSession } from '../../backend/backend.js';
import { type NamedTensors, type TensorData, tensor } from '../../tensor/tensor-data.js';
import { conformanceBatch } from './batches.js';
import { numbersOf } from './numbers-of.js';
import { knownOptimizers } from './options.js';
import { captured } from './states.js';
import { type Subject, train } from './subject.js';
import { rateAt } from './update-rules.js';

/** How far a parameter is moved to see how the loss changes: far enough for float32. */
const nudge = 1e-2;

/** The author's own model, of any depth: what plain gradient descent does is held against finite differences. */
export function describeSlopes({ open, test, options }: Subject): void {
  const found = knownOptimizers(options).find(([, { rule }]) => rule === 'sgd');

  test(
    "an update by sgd follows the slopes of evaluate's loss, taken by finite differences",
    async (skip) => {
      if (found === undefined) return skip("none of `optimizers` is { rule: 'sgd' }");
      const [optimizer, rule] = found;
      const session = await open({ optimizer });
      await train(session, 0, 3);
      const batch = conformanceBatch(1);
      const before = await captured(session);
      const { loss } = await session.evaluate(batch);
      const told = await session.step(batch, { step: 3, metrics: true });
      const after = await captured(session);
      const untrained = session.parameters.some(({ trainable }) => !trainable);
      if (untrained && Math.abs(told.loss! / loss! - 1) > 1e-5)
        return skip('the model trains otherwise than it evaluates');
      const rate = rateAt(rule, 3);
      const slopes = session.parameters
        .filter(({ trainable }) => trainable)
        .flatMap(({ name }) => {
          const [from, to] = [numbersOf(before.parameters.get(name)!), numbersOf(after.parameters.get(name)!)];
          const all = from.map((value, at) => ({ name, at, slope: (value - to[at]!) / rate }));
          return all.sort((a, b) => Math.abs(b.slope) - Math.abs(a.slope)).slice(0, 3);
        });
      const steepest = Math.max(...slopes.map(({ slope }) => Math.abs(slope)));
      ok(steepest > 0, 'the update changed nothing');
      for (const { name, at, slope } of slopes) {
        const [up, down] = [
          await lossAt(session, before, name, at, nudge),
          await lossAt(session, before, name, at, -nudge),
        ];
        const expected = (up - down) / (2 * nudge);
        const fits = Math.abs(slope - expected) < 0.05 * steepest;
        ok(fits, `${name}, number ${at}: the update goes by a slope of ${slope}, the loss has ${expected}`);
      }
    },
    ['reference'],
  );

  async function lossAt(session: TrainSession, state: SessionState, name: string, at: number, by: number) {
    await session.restore({ parameters: nudged(state.parameters, name, at, by), optimizer: new Map() });
    return (await session.evaluate(conformanceBatch(1))).loss!;
  }
}

function nudged(parameters: NamedTensors, name: string, at: number, by: number): NamedTensors {
  const value = parameters.get(name)!;
  const numbers = numbersOf(value);
  numbers[at]! += by;
  return new Map([...parameters, [name, ofType(value, numbers)]]);
}

function ofType({ dtype, shape }: TensorData, numbers: readonly number[]): TensorData {
  return tensor(dtype === 'float64' ? Float64Array.from(numbers) : Float32Array.from(numbers), shape);
}
