import { elements, type NamedTensors, type TensorData, tensor } from '@forge-ml/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface PlainRun {
  readonly inputs: readonly string[];
  /** By name; those of the parts of the batch one after the other. */
  readonly outputs: NamedTensors;
}

/**
 * What onnxruntime-node computes by itself.
 * @param parts the batch in parts that the file takes
 */
export async function runPlainly(
  file: string,
  parts: readonly NamedTensors[],
  optimization: 'all' | 'disabled' = 'all',
): Promise<PlainRun> {
  const session = await InferenceSession.create(file, {
    logSeverityLevel: 3,
    graphOptimizationLevel: optimization,
    intraOpNumThreads: 1,
  });
  try {
    const runs: Record<string, Tensor>[] = [];
    for (const part of parts) {
      const feeds = Array.from(part, ([name, value]) => [name, tensorOf(value)] as const);
      runs.push((await session.run(Object.fromEntries(feeds))) as Record<string, Tensor>);
    }
    const outputs = session.outputNames.map((name) => [name, joined(runs.map((run) => run[name]!))] as const);
    return { inputs: session.inputNames, outputs: new Map(outputs) };
  } finally {
    await session.release();
  }
}

function tensorOf(value: TensorData): Tensor {
  return new Tensor(value.dtype as 'float32', elements(value) as Float32Array, value.shape);
}

function joined(values: readonly Tensor[]): TensorData {
  const numbers = values.flatMap(({ data }) => Array.from(data as Float32Array));
  const [first = 0, ...rest] = values[0]!.dims;
  return tensor(Float32Array.from(numbers), [first * values.length, ...rest]);
}

/** The rows of a batch, each a batch of one. */
export function rowsOf(batch: NamedTensors): NamedTensors[] {
  const [first] = batch.values();
  return Array.from({ length: first!.shape[0]! }, (_, row) => {
    return new Map(
      Array.from(batch, ([name, value]) => {
        const all = elements(value) as Float32Array;
        const size = all.length / value.shape[0]!;
        return [name, tensor(all.slice(row * size, (row + 1) * size), [1, ...value.shape.slice(1)])] as const;
      }),
    );
  });
}

/** max |a - b| / max |b| */
export function difference(a: TensorData, b: TensorData): number {
  const [ours, theirs] = [elements(a) as Float32Array, elements(b) as Float32Array];
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let [furthest, largest] = [0, 0];
  for (const [at, value] of theirs.entries()) {
    const distance = Math.abs(value - ours[at]!);
    // Written so that NaN is the result.
    if (!(distance <= furthest)) furthest = distance;
    largest = Math.max(largest, Math.abs(value));
  }
  return furthest / largest;
}
