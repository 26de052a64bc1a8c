import type { Value } from '../../graph/ir/graph.js';
import { constant } from '../../graph/ir/values.js';
import { sigmoid, tanh } from '../../ops/activations.js';
import { ifThenElse, loop, scan } from '../../ops/control.js';
import { add, cast, mul, sin, sub } from '../../ops/elementwise.js';
import { matMul } from '../../ops/linear.js';
import { greater, less } from '../../ops/logic.js';
import { reduceSum } from '../../ops/reduction.js';
import { RandomStream } from '../../random.test.support.js';
import { checkGradients, randomTensor } from '../finite-differences.test.support.js';

const random = RandomStream.of(25, 'control');
const real = (...shape: readonly number[]) => randomTensor(random, shape);
const total = (x: Value) => reduceSum(x, undefined, { keepdims: false });

describe('gradients through loops and branches', () => {
  for (const reverse of [false, true]) {
    for (const collects of [false, true]) {
      it(`Scan ${reverse ? 'backwards' : 'forwards'}, ${collects ? 'collecting its state' : 'recomputing its state'}`, async () => {
        const build = (h: Value, xs: Value, w: Value, u: Value): Value[] => {
          const { states, scans } = scan(
            [h],
            [xs],
            ([state], [x]) => {
              const next = tanh(add(matMul(x!, w), matMul(state!, u)));
              return { states: [next], scans: collects ? [next, mul(next, x!)] : [mul(next, x!)] };
            },
            { reverse },
          );
          return [...states, ...scans];
        };
        await checkGradients(build, [real(2, 3), real(4, 2, 3), real(3, 3), real(3, 3)]);
        await checkGradients(build, [real(2, 3), real(4, 2, 3), real(3, 3), real(3, 3)], {
          shapes: [
            ['batch', 3],
            ['time', 'batch', 3],
          ],
        });
      });
    }
  }

  it('Scan with two states, of which one is a count', async () => {
    const build = (h: Value, xs: Value) => {
      const count = constant({ dtype: 'int64', shape: [], bytes: new Uint8Array(8) });
      const { states } = scan([count, h], [xs], ([n, state], [x]) => {
        const weight = cast(add(n!, 1), 'float64');
        return { states: [add(n!, 1), mul(sin(state!), mul(weight, x!))] };
      });
      return states[1]!;
    };
    await checkGradients(build, [real(3), real(4, 3)]);
  });

  it('Scan in a Scan', async () => {
    const build = (h: Value, xs: Value, w: Value) => {
      const outer = scan([h], [xs], ([state], [rows]) => {
        const inner = scan([state!], [rows!], ([small], [x]) => ({ states: [tanh(add(mul(small!, w), x!))] }));
        return { states: [inner.states[0]!], scans: [inner.states[0]!] };
      });
      return [outer.states[0]!, outer.scans[0]!];
    };
    await checkGradients(build, [real(2), real(2, 3, 2), real(2)]);
  });

  it('Loop, for a fixed number of iterations or until a condition fails', async () => {
    const build = (early: boolean) => (x: Value, w: Value) => {
      const { states, scans } = loop(5, [x], (iteration, [state]) => {
        const next = sin(add(mul(state!, w), cast(iteration, 'float64')));
        const goOn = less(iteration, 2);
        return { states: [next], scans: [mul(next, w)], ...(early ? { condition: goOn } : {}) };
      });
      return [...states, ...scans];
    };
    await checkGradients(build(false), [real(3), real(3)]);
    await checkGradients(build(true), [real(3), real(3)]);
  });

  it('If, through the chosen branch only', async () => {
    const build = (x: Value, w: Value) => {
      const [first, second] = ifThenElse(greater(total(x), 0), [mul(x, w), w], [sigmoid(x), sub(w, x)]);
      return [first!, mul(second!, second!)];
    };
    for (let round = 0; round < 4; round++) await checkGradients(build, [real(3), real(3)]);
  });
});
