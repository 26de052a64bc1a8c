import { elements, tensor } from '@forge-ml/core/plugin';
import { modelBytes, ops } from '@forge-ml/onnx';
import { input, type NodeValue } from '@forge-ml/onnx/graph';
import type { OrtWorker } from '../runtime/ort-worker.js';
import { blockedConv } from './blocked-convolutions.js';

/** Of AVX-512; of AVX2, SSE and NEON. */
const sizes = [16, 8];
const [channels, filters] = [16, 16];

/**
 * The number of channels in a block of ONNX Runtime's blocked convolutions on this machine, found by computing a small one with
 * each size; undefined where none is right.
 */
export async function findConvolutionBlock(worker: OrtWorker): Promise<number | undefined> {
  for (const size of sizes) if (await isRight(worker, size)) return size;
  return undefined;
}

async function isRight(worker: OrtWorker, size: number): Promise<boolean> {
  const x = input('x', 'float32', [1, channels, 16, 16]);
  const weights = input('w', 'float32', [filters, channels, 3, 3]);
  const plain = ops.conv(x, weights) as NodeValue;
  const [blocked] = blockedConv(plain.node, size)!;
  const difference = ops.reduceMax(ops.abs(ops.sub(plain, blocked!)), undefined, { keepdims: false });
  const model = modelBytes({ inputs: [x, weights], outputs: new Map([['difference', difference]]) });
  try {
    const feeds = [x, weights].map(({ name, shape }, seed) => {
      const length = shape.reduce<number>((product, dim) => product * (dim as number), 1);
      const values = Float32Array.from({ length }, (_, at) => Math.sin(at * (seed + 1)));
      return [name, tensor(values, shape as number[])] as const;
    });
    const [[, found]] = (await worker.compute(model, ['difference'], feeds)) as [[string, never]];
    return Number(elements(found)[0]) < 1e-3;
  } catch {
    // A build without these operators.
    return false;
  }
}
