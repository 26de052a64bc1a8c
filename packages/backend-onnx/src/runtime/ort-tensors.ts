import { type DType, elements, type TensorData } from '@forge-ml/core/plugin';
import * as ort from 'onnxruntime-node';
import type { NamedTensor, WorkerOptions } from './protocol.js';
import { type GraphSettings, sessionConfig } from './session-config.js';

// Errors are returned; ONNX Runtime would print them as well.
ort.env.logLevel = 'fatal';

/**
 * One operator at a time is the fastest measured.
 *
 * On the CPU, both bindings add that memory is not planned by the shapes of the first run (memory pattern): the plan needs
 * one block for all activations, beside the memory of the first run, which the arena keeps. Without it a step takes half of
 * the memory and the same time.
 */
export function sessionOptions(
  { threads }: Pick<WorkerOptions, 'threads'>,
  settings: GraphSettings = {},
): ort.InferenceSession.SessionOptions {
  return {
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    interOpNumThreads: 1,
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
    extra: { session: sessionConfig(settings) },
  };
}

/** Over the memory of the tensor, where it is aligned. */
export function toOrt(tensor: TensorData): ort.Tensor {
  return new ort.Tensor(tensor.dtype as ort.Tensor.Type, elements(tensor) as ort.Tensor.DataType, tensor.shape);
}

export async function fromOrt(name: string, tensor: ort.Tensor): Promise<NamedTensor> {
  return bytesOf(name, tensor, await tensor.getData());
}

export function bytesOf(name: string, tensor: ort.Tensor, values: ort.Tensor.DataType): NamedTensor {
  const data = values as Exclude<ort.Tensor.DataType, string[]>;
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return [name, { dtype: tensor.type as DType, shape: [...tensor.dims], bytes }];
}
