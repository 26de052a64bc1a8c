import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { GradientReport, TrainSession } from '../../../backend/backend.js';
import type { Batch } from '../../../tensor/tensor-data.js';
import { conformanceBatch } from './batches.js';
import { close, numbersOf } from './numbers-of.js';
import { knownOptimizers } from './options.js';
import { captured, sameState, validTensor } from './states.js';
import { type Subject, train } from './subject.js';
import { rateAt } from './update-rules.js';

/** What a session reports besides numbers, where the engine declares the features `outputs` and `gradients`. */
export function describeReported({ open, test, options, engine }: Subject): void {
  const needed = (feature: 'outputs' | 'gradients', skip: (reason: string) => never) => {
    if (engine().features?.[feature] !== true) skip(`its engine does not declare the feature ${feature}`);
  };
  const exact = options.cannot?.['exact-resume'] === undefined;

  test('an evaluation reports the outputs that it is made from, as predict returns them', async (skip) => {
    needed('outputs', skip);
    const session = await open();
    await train(session, 0, 3);
    const batch = conformanceBatch(1);
    const { outputs, stats } = await evaluating(session, batch);
    deepStrictEqual(stats, await session.evaluate(batch), 'the numbers of an evaluation that reports its outputs');
    sameOutputs(outputs, await session.predict(batch), 'of an evaluation');
    const earlier = Object.entries(outputs).map(([name, value]) => [name, numbersOf(value)]);
    await evaluating(session, conformanceBatch(2));
    await train(session, 3, 5);
    const later = Object.entries(outputs).map(([name, value]) => [name, numbersOf(value)]);
    deepStrictEqual(later, earlier, 'the outputs are changed by later calls');
  });

  test(
    'a step reports the outputs before its update',
    async (skip) => {
      needed('outputs', skip);
      const session = await open({ linear: true });
      for (let step = 0; step < 4; step++) {
        const batch = conformanceBatch(step);
        const expected = await session.predict(batch);
        const reported: [Batch, number][] = [];
        const onOutputs = (outputs: Batch, index: number) => void reported.push([outputs, index]);
        await session.step(batch, { step, metrics: step % 2 === 0, onOutputs });
        strictEqual(reported.length, 1, `step ${step} reported its outputs ${reported.length} times`);
        strictEqual(reported[0]![1], 0, 'the index of a single update');
        sameOutputs(reported[0]![0], expected, `of step ${step}`);
      }
    },
    ['reference'],
  );

  test(
    'fused updates report the outputs of each, in order',
    async (skip) => {
      needed('outputs', skip);
      const [session, single] = [await open({ linear: true }), await open({ linear: true })];
      const { fused } = session;
      if (fused === undefined) return skip('its sessions do not fuse steps');
      const batches = [0, 1, 2].map((index) => conformanceBatch(index));
      const reported: [Batch, number][] = [];
      const onOutputs = (outputs: Batch, index: number) => void reported.push([outputs, index]);
      await fused.steps(batches, { step: 0, metrics: true, onOutputs });
      deepStrictEqual(
        reported.map(([, index]) => index),
        [0, 1, 2],
      );
      for (const [step, batch] of batches.entries()) {
        sameOutputs(reported[step]![0], await single.predict(batch), `of fused update ${step}`);
        await train(single, step, step + 1);
      }
    },
    ['reference'],
  );

  test('a step reports the gradient of each trained parameter, its norm and that of its change', async (skip) => {
    needed('gradients', skip);
    const found = knownOptimizers(options).find(([, { rule }]) => rule === 'sgd');
    const session = await open({ optimizer: found?.[0] });
    await train(session, 0, 2);
    const before = await captured(session);
    let report: GradientReport = new Map();
    const onGradients = (given: GradientReport) => {
      report = given;
    };
    await session.step(conformanceBatch(2), { step: 2, metrics: true, onGradients });
    const after = await captured(session);
    const trained = session.parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
    deepStrictEqual([...report.keys()].sort(), trained.sort(), 'the parameters with a gradient');
    for (const [name, { gradient, parameterNorm, updateNorm }] of report) {
      validTensor(gradient, `the gradient of ${name}`);
      const [from, to] = [before, after].map(({ parameters }) => numbersOf(parameters.get(name)!)) as [
        number[],
        number[],
      ];
      const change = to.map((value, at) => value - from[at]!);
      close([parameterNorm], [Math.hypot(...from)], `the norm of ${name}`);
      close([updateNorm], [Math.hypot(...change)], `the norm of the change of ${name}`, 1e-2);
      if (found === undefined) continue;
      const rate = rateAt(found[1], 2);
      close(
        numbersOf(gradient).map((value) => -rate * value),
        change,
        `the change of ${name} by its gradient`,
        1e-2,
      );
    }
  });

  test('asking for outputs and gradients does not change training', async (skip) => {
    const { features = {} } = engine();
    if (!features.outputs && !features.gradients) skip('its engine declares neither outputs nor gradients');
    const dropout = options.cannot?.dropout === undefined;
    const [asking, plain] = [await open({ dropout }), await open({ dropout })];
    for (let step = 0; step < 6; step++) {
      await asking.step(conformanceBatch(step), {
        ...{ step, metrics: true },
        ...(features.outputs ? { onOutputs: () => undefined } : {}),
        ...(features.gradients ? { onGradients: () => undefined } : {}),
      });
    }
    await train(plain, 0, 6);
    if (exact) sameState(await captured(asking), await captured(plain), 'trained with reports');
  });
}

async function evaluating(session: TrainSession, batch: Batch) {
  const reported: Batch[] = [];
  const stats = await session.evaluate(batch, { onOutputs: (outputs) => void reported.push(outputs) });
  strictEqual(reported.length, 1, `an evaluation reported its outputs ${reported.length} times`);
  return { stats, outputs: reported[0]! };
}

function sameOutputs(actual: Batch, expected: Batch, what: string): void {
  deepStrictEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), `the names of the outputs ${what}`);
  for (const [name, value] of Object.entries(expected)) {
    validTensor(actual[name]!, name);
    ok(String(actual[name]!.shape) === String(value.shape), `the output ${name} ${what} has another shape`);
    close(numbersOf(actual[name]!), numbersOf(value), `the output ${name} ${what}`);
  }
}
