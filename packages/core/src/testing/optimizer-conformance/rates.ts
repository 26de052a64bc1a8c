import { deepEqual } from 'node:assert/strict';
import { adamw } from '../../optimizers/adamw.js';
import type { OptimizerSpec } from '../../optimizers/optimizer-spec.js';
import { sgd } from '../../optimizers/sgd.js';
import type { OptimizerConformanceOptions } from './options.js';

/** Learning rates. */
export function describeRates({ update }: OptimizerConformanceOptions): void {
  const steps = 4;
  const gradients = (step: number) => ({ a: [Math.sin(step + 1), 0.5 - step], b: [Math.sin(step + 1), 0.5 - step] });
  const after = async (optimizer: OptimizerSpec) => {
    const initial = { a: [1, -2], b: [1, -2] };
    return (await update({ optimizer, initial, steps, gradients })).parameters;
  };

  it('a schedule is called once for each update, with the number of earlier ones', async () => {
    const asked: number[] = [];
    const rate = (step: number) => {
      asked.push(step);
      return 0.1;
    };
    const parameters = await after(sgd(rate));
    deepEqual(asked, [0, 1, 2, 3]);
    deepEqual(parameters, await after(sgd(0.1)));
  });

  it('parameters of a group have its rate, in their decay and corrections too', async () => {
    const settings = { weightDecay: 0.3 };
    const [slow, fast] = [await after(adamw(0.1, settings)), await after(adamw(0.4, settings))];
    const grouped = await after(adamw(0.1, { ...settings, groups: [{ parameters: 'b', rate: 0.4 }] }));
    deepEqual(grouped, { a: slow.a, b: fast.b });
  });
}
