import { deepStrictEqual, ok } from 'node:assert/strict';
import { conformanceBatch } from './support/batches.js';
import { close } from './support/numbers-of.js';
import { knownOptimizers } from './support/options.js';
import { captured, sameTensor } from './support/states.js';
import { type Subject, train } from './support/subject.js';
import { rateAt } from './support/update-rules.js';

/** The learning rate, where the engine declares the feature `learningRate`. */
export function describeLearningRates({ open, dispose, test, options, engine }: Subject): void {
  const needed = (skip: (reason: string) => never) => {
    if (engine().features?.learningRate !== true) skip('its engine does not declare the feature learningRate');
  };

  test('reports the learning rate of each update', async (skip) => {
    needed(skip);
    for (const [optimizer, rule] of knownOptimizers(options)) {
      const session = await open({ optimizer });
      for (const step of [0, 1, 5, 50]) {
        const rate = session.learningRate?.(step);
        ok(typeof rate === 'number', `${optimizer}: its learning rate is ${JSON.stringify(rate)}, not a number`);
        close([rate], [rateAt(rule, step)], `${optimizer}: the learning rate of step ${step}`, 1e-6);
      }
      await dispose(session);
    }
  });

  test('a learning rate in a step replaces that of the model, for that step', async (skip) => {
    needed(skip);
    const session = await open();
    const before = await captured(session);
    await session.step(conformanceBatch(0), { step: 0, metrics: true, learningRate: 0 });
    const after = await captured(session);
    for (const { name, trainable } of session.parameters) {
      if (trainable) sameTensor(after.parameters.get(name)!, before.parameters.get(name)!, `"${name}" at a rate of 0`);
    }
    await train(session, 1, 2);
    const next = await captured(session);
    const moved = session.parameters.filter(({ name, trainable }) => {
      return trainable && !Buffer.from(next.parameters.get(name)!.bytes).equals(after.parameters.get(name)!.bytes);
    });
    ok(moved.length > 0, 'the next step has the rate of 0 too');
    const usual = session.learningRate?.(0);
    if (typeof usual !== 'number') return;
    const [own, given] = [await open(), await open()];
    await own.step(conformanceBatch(0), { step: 0, metrics: true });
    await given.step(conformanceBatch(0), { step: 0, metrics: true, learningRate: usual });
    const [a, b] = [await captured(own), await captured(given)];
    deepStrictEqual([...b.parameters.keys()], [...a.parameters.keys()]);
    for (const [name, value] of a.parameters) {
      const numbers = (tensor: typeof value) => [...new Float32Array(Uint8Array.from(tensor.bytes).buffer)];
      if (value.dtype === 'float32') close(numbers(b.parameters.get(name)!), numbers(value), `"${name}"`, 1e-5);
    }
  });
}
