import type { Value } from '../graph/ir/graph.js';
import { constant, parameter } from '../graph/ir/values.js';
import type { GraphProto, NodeProto } from '../proto/messages.js';
import type { AnyTensor, DType, TensorData } from '../tensor/tensor.js';
import { quantizationSettings } from './quantization-settings.js';

/** Floating-point inputs of operators that are settings, not weights. */
const settings: Readonly<Record<string, readonly number[]>> = {
  Clip: [1, 2],
  Dropout: [1],
  OneHot: [2],
  Pad: [2],
  Range: [0, 1, 2],
  Resize: [1, 2],
  Upsample: [1],
  ...quantizationSettings,
};

/** Running mean and variance: state that training updates, but not by a gradient. */
const runningStatistics = [3, 4];

const floating: ReadonlySet<DType> = new Set(['float32', 'float64', 'float16', 'bfloat16']);

function isFloating(data: AnyTensor): data is TensorData {
  return floating.has(data.dtype);
}

interface Use {
  readonly op: string;
  readonly input: number;
}

/** Classifies the initializers of a model's main graph by their types, names and uses. */
export class Initializers {
  readonly #uses = new Map<string, Use[]>();

  constructor(graph: GraphProto) {
    this.#collect(graph.node);
  }

  /**
   * Floating tensors are parameters; batch norm's running statistics among them are not trained. Constants are
   * integers, tensors used only as settings, and single numbers with a generated name.
   */
  valueOf(name: string, data: AnyTensor): Value {
    const uses = this.#uses.get(name) ?? [];
    const isSetting =
      uses.length > 0 && uses.every(({ op, input }) => Object.hasOwn(settings, op) && settings[op]!.includes(input));
    if (!isFloating(data) || isSetting || data.bytes.length === 0) return constant(data);
    if (isSingle(data) && isGenerated(name)) return constant(data);
    const isStatistic = uses.some(({ op, input }) => op === 'BatchNormalization' && runningStatistics.includes(input));
    return parameter(name, data, { trainable: !isStatistic });
  }

  #collect(nodes: readonly NodeProto[]): void {
    for (const { opType, input, attribute } of nodes) {
      input.forEach((name, index) => {
        const uses = this.#uses.get(name) ?? [];
        this.#uses.set(name, uses);
        uses.push({ op: opType, input: index });
      });
      for (const { g } of attribute) if (g) this.#collect(g.node);
    }
  }
}

function isSingle({ shape }: TensorData): boolean {
  return shape.every((size) => size === 1);
}

/** The names that PyTorch's two exporters and graph optimizers give to constants in code. */
function isGenerated(name: string): boolean {
  return /^(onnx::|val_\d|_val_|scalar_tensor|Constant|\/)|\/Constant|_output_\d+$/.test(name);
}
