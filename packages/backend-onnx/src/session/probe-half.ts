import { elements, ForgeError, messageOf, tensor } from '@forge-ml/core/plugin';
import { type HalfDType, modelBytes } from '@forge-ml/onnx';
import { input } from '@forge-ml/onnx/graph';
import { cast, matMul, sub } from '@forge-ml/onnx/ops';
import type { OrtWorker } from '../runtime/ort-worker.js';

/** Bits of the fraction of a number. */
const fractionBits: Readonly<Record<HalfDType, number>> = { float16: 10, bfloat16: 7 };

/** How an engine computes in half precision: in it, or by casts to float32 around each operator. */
export type HalfSupport = 'computed' | 'emulated';

/**
 * Asks an engine by a small product: no list of names says what a version of ONNX Runtime has kernels for.
 * @throws OrtError where it has none
 */
export async function probeHalf(worker: OrtWorker, dtype: HalfDType): Promise<HalfSupport> {
  const step = 2 ** -fractionBits[dtype];
  const x = input('x', 'float32', [1, 1]);
  const nearly = input('nearly', 'float32', [1, 1]);
  const half = cast(x, dtype);
  // (1 + step)² - (1 + 2 step) is step², unless the product is rounded to half precision: then it is 0.
  const rest = cast(sub(matMul(half, half), cast(nearly, dtype)), 'float32');
  const model = modelBytes({ inputs: [x, nearly], outputs: new Map([['rest', rest]]) });
  const single = (value: number) => tensor(Float32Array.of(value), [1, 1]);
  const feeds = [
    ['x', single(1 + step)],
    ['nearly', single(1 + 2 * step)],
  ] as const;
  const [result] = await worker.compute(model, ['rest'], feeds);
  return Number(elements(result![1])[0]) === 0 ? 'computed' : 'emulated';
}

/**
 * Checks that an engine can train in mixed precision.
 * @param engine its name
 * @returns a warning where nothing is gained
 * @throws ForgeError ABILITY_MISSING with what does work
 */
export async function requireHalf(worker: OrtWorker, engine: string, dtype: HalfDType): Promise<string | undefined> {
  let support: HalfSupport;
  try {
    support = await probeHalf(worker, dtype);
  } catch (error) {
    const other = dtype === 'float16' ? 'bfloat16' : 'float16';
    const works = await probeHalf(worker, other).catch(() => undefined);
    const reason = messageOf(error).split('\n')[0]!.replace(/\.$/, '');
    throw new ForgeError('ABILITY_MISSING', `The engine ${engine} cannot compute in ${dtype}: ${reason}.`, {
      about: 'mixedPrecision',
      hint: `Train with mixedPrecision: ${works === undefined ? "'none' (float32)" : `'${other}', or 'none' (float32)`}, or on another engine.`,
      cause: error,
    });
  }
  if (support === 'computed') return undefined;
  return (
    `mixedPrecision: the engine ${engine} has no ${dtype} kernels. ONNX Runtime computes in float32 and casts: ` +
    'that takes more time and memory than mixedPrecision none, and rounds less than an engine that has them.'
  );
}
