import { ok } from 'node:assert/strict';
import type { SessionState, TrainSession } from '../../backend/backend.js';
import { type NamedTensors, type TensorData, tensor } from '../../tensor/tensor-data.js';
import { conformanceBatch } from './support/batches.js';
import { numbersOf } from './support/numbers-of.js';
import { knownOptimizers } from './support/options.js';
import { captured } from './support/states.js';
import { type Subject, train } from './support/subject.js';
import { rateAt } from './support/update-rules.js';

/** The step of finite differences: large enough for float32. */
const delta = 1e-2;

/** Compares the updates of plain gradient descent with finite differences, for the author's own model of any depth. */
export function describeGradients({ open, test, options }: Subject): void {
  const found = knownOptimizers(options).find(([, { rule }]) => rule === 'sgd');

  test(
    "an update by sgd follows the gradient of evaluate's loss, by finite differences",
    async (skip) => {
      if (found === undefined) return skip("none of `optimizers` is { rule: 'sgd' }");
      const [optimizer, rule] = found;
      const session = await open({ optimizer });
      await train(session, 0, 3);
      const batch = conformanceBatch(1);
      const before = await captured(session);
      const { loss } = await session.evaluate(batch);
      const stats = await session.step(batch, { step: 3, metrics: true });
      const after = await captured(session);
      const hasOtherState = session.parameters.some(({ trainable }) => !trainable);
      if (hasOtherState && Math.abs(stats.loss! / loss! - 1) > 1e-5)
        return skip('the loss of the model differs between training and evaluation');
      const rate = rateAt(rule, 3);
      const gradients = session.parameters
        .filter(({ trainable }) => trainable)
        .flatMap(({ name }) => {
          const [from, to] = [numbersOf(before.parameters.get(name)!), numbersOf(after.parameters.get(name)!)];
          const all = from.map((value, at) => ({ name, at, gradient: (value - to[at]!) / rate }));
          return all.sort((a, b) => Math.abs(b.gradient) - Math.abs(a.gradient)).slice(0, 3);
        });
      const largest = Math.max(...gradients.map(({ gradient }) => Math.abs(gradient)));
      ok(largest > 0, 'the update changed nothing');
      for (const { name, at, gradient } of gradients) {
        const [up, down] = [
          await lossAt(session, before, name, at, delta),
          await lossAt(session, before, name, at, -delta),
        ];
        const expected = (up - down) / (2 * delta);
        const fits = Math.abs(gradient - expected) < 0.05 * largest;
        ok(fits, `${name}, element ${at}: the update follows a gradient of ${gradient}, the loss has ${expected}`);
      }
    },
    ['reference'],
  );

  async function lossAt(session: TrainSession, state: SessionState, name: string, at: number, by: number) {
    await session.restore({ parameters: shifted(state.parameters, name, at, by), optimizer: new Map() });
    return (await session.evaluate(conformanceBatch(1))).loss!;
  }
}

function shifted(parameters: NamedTensors, name: string, at: number, by: number): NamedTensors {
  const value = parameters.get(name)!;
  const numbers = numbersOf(value);
  numbers[at]! += by;
  return new Map([...parameters, [name, ofType(value, numbers)]]);
}

function ofType({ dtype, shape }: TensorData, numbers: readonly number[]): TensorData {
  return tensor(dtype === 'float64' ? Float64Array.from(numbers) : Float32Array.from(numbers), shape);
}
