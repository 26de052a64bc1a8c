import { RandomStream, tensor } from '@forge-ml/core/plugin';
import { input, ops, parameter, type Value, writeModel } from '@forge-ml/onnx';

const [words, width, heads, blocks] = [1000, 1024, 8, 6] as const;

/** Writes a decoder of 80 million parameters, whose blocks are named as those of a file: 0.3 GB. */
export async function writeBaseFile(path: string): Promise<void> {
  const random = RandomStream.of(2, 'base');
  // Repeated: drawing all numbers would take longer than the training.
  const drawn = Float32Array.from({ length: 65_536 }, () => random.normal());
  const weights = (name: string, ...shape: readonly [number, number]) => {
    const values = Float32Array.from(
      { length: shape[0] * shape[1] },
      (_, at) => drawn[at % 65_521]! / Math.sqrt(width),
    );
    return parameter(name, tensor(values, shape));
  };
  const ones = (name: string) => parameter(name, tensor(new Float32Array(width).fill(1)));
  const ids = input('x', 'int64', ['batch', 'time']);
  let x: Value = ops.gather(weights('embedding.weight', words, width), ids);
  for (let at = 0; at < blocks; at++) {
    const normed = ops.layerNormalization(x, ones(`${at}.norm_0.weight`));
    const project = (name: string, order: readonly number[]) => {
      const projected = ops.matMul(normed, weights(`${at}.${name}.weight`, width, width));
      return ops.transpose(ops.reshape(projected, [0, 0, heads, width / heads]), order);
    };
    const [query, key] = [project('query', [0, 2, 1, 3]), project('key', [0, 2, 3, 1])];
    const chances = ops.softmax(ops.mul(ops.matMul(query, key), Math.sqrt(heads / width)));
    const mixed = ops.transpose(ops.matMul(chances, project('value', [0, 2, 1, 3])), [0, 2, 1, 3]);
    const output = weights(`${at}.output.weight`, width, width);
    x = ops.add(x, ops.matMul(ops.reshape(mixed, [0, 0, width]), output));
    const wide = ops.matMul(
      ops.layerNormalization(x, ones(`${at}.norm_1.weight`)),
      weights(`${at}.up.weight`, width, 4 * width),
    );
    x = ops.add(x, ops.matMul(ops.relu(wide), weights(`${at}.down.weight`, 4 * width, width)));
  }
  const logits = ops.matMul(x, weights('head.weight', width, words));
  await writeModel(path, { inputs: [ids], outputs: new Map([['logits', logits]]) });
}
