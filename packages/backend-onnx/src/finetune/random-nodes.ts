import type { Node, Value } from '@forge-ml/onnx/graph';
import { constant, floatAttribute, intsAttribute, propagatedNumbers, tensorOf } from '@forge-ml/onnx/graph';
import { add, cast, constantOfShape, cos, less, log, mul, sqrt, sub } from '@forge-ml/onnx/ops';
import type { OnnxContext } from '../model/onnx-model.js';

/**
 * Replaces nodes that draw random numbers, which ONNX Runtime would draw from its own hidden state. For training they
 * are drawn from the run's seed, so that a resumed run draws the same. For inference each is its mean; so is a mask of
 * random zeros and ones, which makes it have no effect, as dropout: exporters write stochastic depth and other kinds of
 * dropout with these nodes.
 */
export function replaceRandomNodes(context: OnnxContext): (node: Node) => readonly Value[] | undefined {
  return context.training ? (node) => drawn(node, context) : meansOf();
}

function drawn(node: Node, context: OnnxContext): readonly Value[] | undefined {
  const { op, inputs, outputs } = node;
  const [y] = outputs;
  const [x = null] = inputs;
  const shaped = x ?? (op === 'RandomUniform' || op === 'RandomNormal' ? zerosOf(node) : undefined);
  if (!shaped || !y) return undefined;
  switch (op) {
    case 'RandomUniform':
    case 'RandomUniformLike': {
      const { low, high } = bounds(node);
      return [cast(add(mul(context.uniform(shaped), high - low), low), y.dtype)];
    }
    case 'RandomNormal':
    case 'RandomNormalLike':
      return [cast(add(mul(normal(shaped, context), scaleOf(node)), meanOf(node)), y.dtype)];
    case 'Bernoulli':
      return [cast(less(context.uniform(shaped), cast(shaped, 'float32')), y.dtype)];
    default:
      return undefined;
  }
}

/** Box and Muller (1958). */
function normal(x: Value, context: OnnxContext): Value {
  const radius = sqrt(mul(log(sub(1, context.uniform(x))), -2));
  return mul(radius, cos(mul(context.uniform(x), 2 * Math.PI)));
}

/** For a graph that is rebuilt once, for inference. */
function meansOf(): (node: Node) => readonly Value[] | undefined {
  /** The probability that a comparison with uniform numbers holds. */
  const chances = new Map<Value, number>();
  /** What uniform numbers from 0 to 1 have been replaced by, and how much was added to them. */
  const uniform = new Map<Value, number>();
  return ({ op, inputs: [a, b], outputs: [y], ...node }) => {
    const mean = (number: number): readonly Value[] => [single(number, y!)];
    switch (op) {
      case 'RandomNormal':
      case 'RandomNormalLike':
        return mean(meanOf(node));
      case 'RandomUniform':
      case 'RandomUniformLike': {
        const { low, high } = bounds(node);
        const value = single((low + high) / 2, y!);
        if (low === 0 && high === 1) uniform.set(value, 0);
        return [value];
      }
      case 'Bernoulli': {
        const chance = numberIn(a);
        return chance === undefined ? undefined : mean(chance);
      }
      case 'Less': {
        const chance = numberIn(b);
        if (a && y && chance !== undefined && uniform.get(a) === 0) chances.set(y, chance);
        return undefined;
      }
      case 'Add': {
        const [from, added] = a && uniform.has(a) ? [a, numberIn(b)] : [b, numberIn(a)];
        const before = from ? uniform.get(from) : undefined;
        if (y && before !== undefined && added !== undefined) uniform.set(y, before + added);
        return undefined;
      }
      case 'Floor': {
        const added = a ? uniform.get(a) : undefined;
        return added === undefined || added < 0 || added > 1 ? undefined : mean(added);
      }
      case 'Cast': {
        const chance = a ? chances.get(a) : undefined;
        return chance === undefined || !y?.dtype.includes('float') ? undefined : mean(chance);
      }
      default:
        return undefined;
    }
  };
}

/** A number in as many dimensions as a value has. */
function single(number: number, { dtype, shape }: Value): Value {
  const one = shape.map(() => 1);
  return constant(tensorOf([number], dtype, one));
}

/** The number that all elements of a value are, where that is known. */
function numberIn(value: Value | null | undefined): number | undefined {
  let source = value;
  // A constant that is spread to a shape known at run time only.
  while (source?.kind === 'node' && /^(Expand|Cast|CastLike|Identity)$/.test(source.node.op)) {
    source = source.node.inputs[0];
  }
  if (source?.kind === 'node' && source.node.op === 'ConstantOfShape') {
    const { value: fill } = source.node.attributes;
    return fill?.type === 'tensor' ? propagatedNumbers(constant(fill.value))?.[0] : 0;
  }
  const numbers = propagatedNumbers(source);
  return numbers !== undefined && new Set(numbers).size === 1 ? numbers[0] : undefined;
}

function zerosOf(node: Node): Value {
  return constantOfShape(intsAttribute(node, 'shape') ?? []);
}

type Settings = Pick<Node, 'attributes'>;

function bounds(node: Settings): { readonly low: number; readonly high: number } {
  return { low: floatAttribute(node, 'low', 0), high: floatAttribute(node, 'high', 1) };
}

function meanOf(node: Settings): number {
  return floatAttribute(node, 'mean', 0);
}

function scaleOf(node: Settings): number {
  return floatAttribute(node, 'scale', 1);
}
