import { int } from '../../graph/ir/attributes.js';
import type { Value } from '../../graph/ir/graph.js';
import { indices } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import { cast, mul } from '../../ops/elementwise.js';
import { cumSum } from '../../ops/reduction.js';
import * as ops from '../../ops/shape.js';
import { RandomStream } from '../../random.test.support.js';
import { checkGradients, randomTensor } from '../finite-differences.test.support.js';

const random = RandomStream.of(17, 'shape');
const real = (...shape: readonly number[]) => randomTensor(random, shape);
const batch = { shapes: [['batch', 'n', 4]] };

/** The same numbers, but not known when the graph is made. */
function hidden(numbers: readonly number[]): Value {
  return cast(cast(call('Abs', [indices(numbers)]), 'float64'), 'int64');
}

describe('gradients of operators on shapes', () => {
  const all: Record<string, (x: Value) => Value | readonly Value[]> = {
    Reshape: (x) => ops.reshape(x, [4, -1]),
    Flatten: (x) => ops.flatten(x, 2),
    Squeeze: (x) => ops.squeeze(ops.unsqueeze(x, [0, -1]), [0]),
    Unsqueeze: (x) => ops.unsqueeze(x, [0, 2]),
    'Transpose in another order': (x) => ops.transpose(x, [1, 2, 0]),
    'Transpose reversed': (x) => ops.transpose(x),
    Expand: (x) => ops.expand(ops.slice(x, [0], [1], [1]), [2, 1, 5, 4]),
    'Concat with itself': (x) => ops.concat([x, mul(x, x), x], 1),
    'Split, one part unused': (x) => ops.split(x, [1, 2, 1], -1).slice(1),
    Identity: (x) => call('Identity', [x]),
    Cast: (x) => cast(cast(x, 'float32'), 'float64'),
    Tile: (x) => ops.tile(x, [2, 1, 3]),
    'Tile, repeats known at run time': (x) => ops.tile(x, hidden([2, 1, 3])),
    Trilu: (x) => ops.trilu(x, { upper: true, diagonal: 1 }),
    'Trilu, lower': (x) => ops.trilu(x, { upper: false }),
    CumSum: (x) => cumSum(x, 1),
    'CumSum, reversed and exclusive': (x) => cumSum(x, -1, { reverse: true, exclusive: true }),
  };
  for (const [name, build] of Object.entries(all)) {
    it(name, async () => {
      await checkGradients(build, [real(2, 3, 4)], { tolerance: name === 'Cast' ? 1e-2 : 1e-7 });
      if (name !== 'Cast') await checkGradients(build, [real(2, 3, 4)], batch);
    });
  }

  it('Concat of sizes only known at run time', async () => {
    const options = {
      shapes: [
        ['a', 2],
        ['b', 2],
      ],
    };
    await checkGradients((a, b) => ops.concat([a!, b!], 0), [real(2, 2), real(3, 2)], options);
  });

  it('Expand by a size that may be 1, or not', async () => {
    for (const size of [1, 3]) {
      const options = { shapes: [['rows', 2]] };
      await checkGradients((x) => ops.expand(x, [3, 2]), [real(size, 2)], options);
      await checkGradients((x, y) => mul(x!, y!), [real(size, 2), real(4, 3, 2)], {
        shapes: [
          ['rows', 2],
          [4, 'n', 2],
        ],
      });
    }
  });

  it('DepthToSpace in both orders, SpaceToDepth (float32)', async () => {
    const image = randomTensor(random, [2, 8, 2, 3], 'normal', 'float32');
    for (const mode of ['DCR', 'CRD'] as const) {
      await checkGradients((x) => ops.depthToSpace(x!, 2, { mode }), [image]);
      await checkGradients((x) => ops.depthToSpace(x!, 2, { mode }), [image], { shapes: [['batch', 8, 'h', 'w']] });
    }
    const flat = randomTensor(random, [1, 2, 4, 6], 'normal', 'float32');
    await checkGradients((x) => call('SpaceToDepth', [x!], { blocksize: int(2) }), [flat]);
  });

  it('Pad, also by negative pads, and the value it pads with', async () => {
    await checkGradients((x, value) => ops.pad(x!, [1, 0, -1, 0, 2, 1], { value: value! }), [real(2, 3, 4), real()]);
    await checkGradients((x) => ops.pad(x!, [1, -1], { axes: [-1] }), [real(2, 3, 4)], batch);
    await checkGradients((x) => ops.pad(x!, hidden([1, 0, 0, 0, 2, 1])), [real(2, 3, 4)], batch);
  });

  it('Pad by elements of x itself', async () => {
    for (const mode of ['reflect', 'edge', 'wrap'] as const) {
      await checkGradients((x) => ops.pad(x!, [0, 2, 1, 1, 0, 3], { mode }), [real(2, 3, 4)]);
      await checkGradients((x) => ops.pad(x!, [2, 1], { mode, axes: [2] }), [real(2, 3, 4)], batch);
    }
  });

  it('Slice: starts, ends and steps of both signs at random', async () => {
    for (let round = 0; round < 30; round++) {
      const sizes = [1 + random.below(6), 1 + random.below(6)];
      const sliced = [...sizes].reverse();
      const bound = (size: number) => random.below(2 * size + 1) - size;
      const steps = sizes.map(() => [1, 1, 2, 3, -1, -2][random.below(6)]!);
      const [starts, ends] = [sliced.map(bound), sliced.map(bound)];
      const build = (x: Value) => ops.slice(x, starts, ends, [1, 0], steps);
      const options = { shapes: [['rows', 'columns']] };
      try {
        await checkGradients(build, [real(...sizes)]);
        await checkGradients(build, [real(...sizes)], options);
        await checkGradients(
          (x) => ops.slice(x, indices(starts), hidden(ends.map(Math.abs)), [-1, 0], steps),
          [real(...sizes)],
        );
      } catch (error) {
        throw new Error(`${JSON.stringify({ sizes, starts, ends, steps })}: ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
  });
});
