import { int, text } from '../../graph/ir/attributes.js';
import type { Attributes, Value } from '../../graph/ir/graph.js';
import { constant, indices } from '../../graph/ir/values.js';
import { makeNode } from '../../graph/make-node.js';
import { RandomStream } from '../../random.test.support.js';
import { tensorOf } from '../../tensor/numbers.js';
import { checkGradients, randomTensor } from '../finite-differences.test.support.js';

const random = RandomStream.of(21, 'resize');

function resize(
  x: Value,
  by: { scales?: number[]; sizes?: number[] },
  attributes: Record<string, string>,
  more: Attributes = {},
): Value {
  const scales = by.scales ? constant(tensorOf(by.scales, 'float32', [by.scales.length])) : null;
  const texts = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, text(value)]));
  const inputs = [x, null, scales, by.sizes ? indices(by.sizes) : null];
  return makeNode({ op: 'Resize', inputs, attributes: { ...texts, ...more } })[0]!;
}

describe('gradients of Resize (float32)', () => {
  const image = (...shape: readonly number[]) => randomTensor(random, shape, 'normal', 'float32');
  const modes: Record<string, string>[] = [
    { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    { mode: 'nearest' },
    { mode: 'nearest', coordinate_transformation_mode: 'align_corners', nearest_mode: 'ceil' },
    { mode: 'linear' },
    { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
    { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' },
    { mode: 'cubic' },
  ];
  for (const attributes of modes) {
    it(Object.values(attributes).join(', '), async () => {
      await checkGradients((x) => resize(x, { scales: [1, 1, 2, 3] }, attributes), [image(1, 2, 2, 3)]);
      await checkGradients((x) => resize(x, { scales: [1, 1, 1.5, 0.6] }, attributes), [image(1, 2, 4, 5)]);
      await checkGradients((x) => resize(x, { sizes: [1, 2, 5, 2] }, attributes), [image(1, 2, 3, 4)]);
      const unknown = { shapes: [['batch', 2, 'height', 'width']] };
      await checkGradients((x) => resize(x, { scales: [1, 1, 2, 1.5] }, attributes), [image(1, 2, 4, 4)], unknown);
    });
  }

  it('downsampling with antialias', async () => {
    const options = { antialias: int(1) };
    await checkGradients((x) => resize(x, { sizes: [1, 1, 3, 2] }, { mode: 'linear' }, options), [image(1, 1, 6, 5)]);
  });
});
