import { expect } from 'chai';
import * as ort from 'onnxruntime-node';
import { modelBytes } from '../../export/to-model.js';
import { RandomStream } from '../../random.test.support.js';
import { tensorOf } from '../../tensor/numbers.js';
import { int, ints, text } from '../ir/attributes.js';
import { dump } from '../ir/dump.js';
import type { NodeValue, Value } from '../ir/graph.js';
import { constant, indices, input } from '../ir/values.js';
import { call } from '../make-node.js';
import { rebuildValues } from '../rewrite/rebuild.js';
import { evaluated } from './cases/case.test.support.js';

const random = RandomStream.of(5, 'windows');
const between = (least: number, most: number) => least + (random.uint32() % (most - least + 1));
const oneOf = <T>(list: readonly T[]): T => list[between(0, list.length - 1)]!;

const fixed = input('x', 'float32', [2, 4, 11, 14]);
const named = input('x', 'float32', [2, 4, 'height', 'width']);

function weights(kernel: readonly number[]): Value {
  const shape = [4, 4, ...kernel];
  return constant(tensorOf(Array<number>(16 * kernel[0]! * kernel[1]!).fill(1), 'float32', shape));
}

function randomWindow(): NodeValue {
  const op = oneOf(['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool']);
  const isPool = op.endsWith('Pool');
  const kernel = [between(1, 4), between(1, 4)];
  const autoPad = oneOf(['NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID']);
  const pads = Array.from({ length: 4 }, (_, at) => between(0, kernel[at % 2]! - 1));
  return call(op, isPool ? [fixed] : [fixed, weights(kernel)], {
    kernel_shape: ints(kernel),
    // With SAME, ONNX Runtime supports neither dilation nor pooling strides beyond the window.
    strides: ints(kernel.map((size) => between(1, autoPad.startsWith('SAME') && isPool ? size : 4))),
    ...(autoPad.startsWith('SAME') ? {} : { dilations: ints([between(1, 2), between(1, 2)]) }),
    ...(autoPad === 'NOTSET' ? { pads: ints(pads) } : { auto_pad: text(autoPad) }),
    ...(isPool && autoPad === 'NOTSET' ? { ceil_mode: int(between(0, 1)) } : {}),
  });
}

function randomSlice(): NodeValue {
  const bounds = () => indices([between(-20, 20), between(-20, 20)]);
  const steps = indices([oneOf([1, 2, 3, -1, -2]), oneOf([1, 2, 3, -1, -2])]);
  return call('Slice', [fixed, bounds(), bounds(), indices([2, 3]), steps]);
}

/** The shapes that ONNX Runtime computes, all in one run. */
async function shapesOf(values: readonly Value[]): Promise<(readonly number[])[]> {
  const outputs = new Map(values.map((value, at) => [`y${at}`, value]));
  const session = await ort.InferenceSession.create(modelBytes({ inputs: [fixed], outputs }), { logSeverityLevel: 3 });
  const x = new ort.Tensor('float32', new Float32Array(2 * 4 * 11 * 14), [2, 4, 11, 14]);
  const results = await session.run({ x });
  await session.release();
  return [...outputs.keys()].map((name) => results[name]!.dims);
}

describe('output sizes of random windows and slices', () => {
  for (const [what, make] of [
    ['windows', randomWindow],
    ['slices', randomSlice],
  ] as const) {
    it(`${what} match ONNX Runtime`, async () => {
      const values = Array.from({ length: 150 }, make);
      for (const [at, shape] of (await shapesOf(values)).entries()) {
        const text = dump({ inputs: [fixed], outputs: new Map([['y', values[at]!]]) });
        expect(values[at]!.shape, text).to.eql([...shape]);
      }
    });
  }

  it('both match for named sizes', () => {
    const values = Array.from({ length: 300 }, (_, at) => (at % 2 === 0 ? randomWindow() : randomSlice()));
    const again = rebuildValues(values, new Map<Value, Value>([[fixed, named]]));
    for (const [at, { shape }] of again.entries()) {
      for (const [axis, dim] of shape.entries()) {
        const size = typeof dim === 'number' ? dim : evaluated(dim, { height: 11, width: 14 });
        if (size !== undefined) expect(size, `${dim}`).to.equal(values[at]!.shape[axis]);
      }
    }
  });
});
