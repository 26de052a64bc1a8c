import { bytesPerElement, sizeOf, type TensorData } from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import { input } from '@forge-ml/onnx/graph';
import { identity } from '@forge-ml/onnx/ops';
import type { Memory, Session, Value } from '@forge-ml/ort';

/**
 * Copies tensors between the host and the memory of a device. ONNX Runtime's own function ends the process for a tensor
 * on a device; running a graph does not. The values stay valid as long as this does.
 */
export class DeviceCopies {
  readonly memory: Memory;
  readonly #open: (model: Uint8Array) => Session;
  /** By the type and the rank of what they copy. */
  readonly #sessions = new Map<string, Session>();
  #count = 0;

  constructor(memory: Memory, open: (model: Uint8Array) => Session) {
    this.memory = memory;
    this.#open = open;
  }

  /** How many tensors were copied, in both directions. */
  get count(): number {
    return this.#count;
  }

  toDevice(tensor: TensorData): Value {
    const binding = this.#sessionFor(tensor.dtype, tensor.shape.length).bind();
    try {
      binding.bindInput('x', tensor);
      binding.bindOutputToDevice('y', this.memory);
      binding.run();
      this.#count++;
      return binding.outputs().get('y')!;
    } finally {
      binding.release();
    }
  }

  toHost(value: Value): TensorData {
    const { shape } = value;
    // Values are made from tensors of numbers.
    const dtype = value.dtype!;
    const tensor = { dtype, shape, bytes: new Uint8Array(bytesPerElement[dtype] * sizeOf(shape)) };
    const binding = this.#sessionFor(dtype, shape.length).bind();
    try {
      binding.bindInput('x', value);
      binding.bindOutput('y', tensor);
      binding.run();
      this.#count++;
      return tensor;
    } finally {
      binding.release();
    }
  }

  #sessionFor(dtype: TensorData['dtype'], rank: number): Session {
    const key = `${dtype} ${rank}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const sizes = Array.from({ length: rank }, (_, axis) => `size ${axis}`);
    const x = input('x', dtype, sizes);
    const made = this.#open(modelBytes({ inputs: [x], outputs: new Map([['y', identity(x)]]) }));
    this.#sessions.set(key, made);
    return made;
  }
}
