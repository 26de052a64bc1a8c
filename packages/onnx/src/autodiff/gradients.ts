import { OnnxError } from '../errors/onnx-error.js';
import { known } from '../errors/options.js';
import type { Graph, Value } from '../graph/ir/graph.js';
import { isStatic } from '../graph/ir/shapes.js';
import { describeType } from '../graph/ir/types.js';
import { constant } from '../graph/ir/values.js';
import { walkGraph } from '../graph/ir/walk.js';
import { tensorOf } from '../tensor/numbers.js';
import type { Gradient } from './adjoints/rule.js';
import { zerosLike } from './adjoints/shapes.js';
import { backpropagate } from './backpropagate.js';
import type { DefinedGradient } from './define-gradient.js';
import type { CustomRules } from './gradient-rules.js';
import { keepUnfused } from './recompute/keep-unfused.js';
import { type ChooseSegments, RecomputedSegments } from './recompute/recomputed-segments.js';
import { savedValues } from './recompute/saved-values.js';

export interface GradientRequest {
  /** The loss, a single number: the name of an output, or a value. */
  readonly of: string | Value;
  /** Parameters, inputs or outputs by name, or values; `all`: every trainable parameter. */
  readonly for: 'all' | readonly (string | Value)[];
  /** Custom rules, for operators that have none or to replace built-in ones; see `defineGradient`. */
  readonly rules?: readonly DefinedGradient[];
}

/**
 * Adds gradients to a graph's outputs. The gradient of `w` is the output `w_grad`: zeros where the loss does not depend
 * on it. A loss that is not yet an output becomes the output `loss`.
 * @throws OnnxError MODEL_INVALID for an unknown name, for a loss that depends on none of the values, and where
 * `gradientsOf` throws.
 */
export function gradients(graph: Graph, request: GradientRequest): Graph {
  const { of: loss, rules = [] } = known('gradients', request, ['of', 'for', 'rules']);
  const named = valuesByName(graph);
  const wrt = request.for === 'all' ? trainable(graph) : request.for;
  if (!loss || !Array.isArray(wrt)) {
    throw new OnnxError(
      'OPTION_UNKNOWN',
      'gradients(graph, { of, for }) needs a loss, and what to differentiate it with respect to.',
      {
        about: loss ? 'for' : 'of',
        hint: "For example { of: 'loss', for: 'all' }, or a list of names or values.",
      },
    );
  }
  const find = (wanted: string | Value): Value => {
    const value = typeof wanted === 'string' ? named.get(wanted) : wanted;
    if (value) return value;
    throw new OnnxError('MODEL_INVALID', `The graph has no parameter, input or output "${wanted}".`, {
      about: String(wanted),
      hint: `It has ${[...named.keys()].map((name) => `"${name}"`).join(', ')}.`,
    });
  };
  const target = find(loss);
  const values = wrt.map(find);
  const found = gradientsOf(target, values, rules);
  if (found.every((gradient) => gradient === null)) throw noDependence(wrt);
  const outputs = new Map(graph.outputs);
  if (![...outputs.values()].includes(target)) outputs.set(freeName('loss', outputs), target);
  for (const [at, value] of values.entries()) {
    const name = freeName(`${nameOf(wrt[at]!, named) ?? at}_grad`, outputs);
    outputs.set(name, found[at] ?? zerosLike(value));
  }
  return { inputs: graph.inputs, outputs };
}

/**
 * The gradients of a loss, a single number, with respect to any values of its graph; null where the loss does not
 * depend on a value, or only through operators without a gradient.
 * @throws OnnxError MODEL_INVALID for a loss that is not one floating-point number, and where an operator on the path
 * has no rule. `backpropagate` walks the graph.
 */
export function gradientsOf(loss: Value, wrt: readonly Value[], rules: readonly DefinedGradient[] = []): Gradient[] {
  return backpropagate(seedOf(loss), wrt, { rules: ruleMap(rules) });
}

export interface RecomputedRequest {
  readonly loss: Value;
  readonly wrt: readonly Value[];
  /** Other values that are computed along with the loss. */
  readonly others: readonly Value[];
  /** Chooses the nodes of the forward pass that are computed again when they are differentiated. */
  readonly segments: ChooseSegments;
  readonly rules?: readonly DefinedGradient[] | undefined;
}

/**
 * As `gradientsOf`, in less memory: chosen parts of the forward pass are computed again in the backward pass, so that
 * their results need not be stored (gradient checkpointing). All results have the same bits.
 * @returns the gradients, and the loss and the other values in place of those given
 */
export function recomputedGradients(request: RecomputedRequest): {
  readonly gradients: Gradient[];
  readonly loss: Value;
  readonly others: readonly Value[];
} {
  const options = ['loss', 'wrt', 'others', 'segments', 'rules'] as const;
  const { loss, wrt, others, segments, rules = [] } = known('recomputedGradients', request, options);
  const saved = savedValues(loss, gradientsOf(loss, wrt, rules));
  const recomputed = new RecomputedSegments(segments, saved);
  const found = backpropagate(seedOf(loss), wrt, { rules: ruleMap(rules), recomputed });
  const gradients = found.filter((gradient) => gradient !== null);
  const [own, ...values] = keepUnfused([loss, ...others, ...gradients], recomputed);
  const rest = values.splice(0, others.length);
  return { loss: own!, others: rest, gradients: found.map((gradient) => gradient && values.shift()!) };
}

function ruleMap(rules: readonly DefinedGradient[]): CustomRules {
  return new Map(rules.map(({ op, rule }) => [op, rule]));
}

function seedOf(loss: Value): ReadonlyMap<Value, Value> {
  const { dtype, shape } = loss;
  if (!isStatic(shape) || shape.some((size) => size !== 1) || !/float/.test(dtype)) {
    throw new OnnxError('MODEL_INVALID', `The loss is ${describeType(loss)}, but must be a single number.`, {
      about: 'loss',
      hint: 'Reduce it to its mean or its sum.',
    });
  }
  return new Map([[loss, constant(tensorOf([1], dtype, shape))]]);
}

function trainable(graph: Graph): readonly Value[] {
  const found = walkGraph(graph).parameters.filter((parameter) => parameter.trainable);
  if (found.length > 0) return found;
  throw new OnnxError('MODEL_INVALID', 'The graph has no trainable parameter.', {
    about: 'for',
    hint: 'Name the inputs or outputs to differentiate with respect to.',
  });
}

function nameOf(wanted: string | Value, named: ReadonlyMap<string, Value>): string | undefined {
  if (typeof wanted === 'string') return wanted;
  if (wanted.kind === 'input' || wanted.kind === 'parameter') return wanted.name;
  return [...named].find(([, value]) => value === wanted)?.[0];
}

/** Outputs, inputs and parameters, by name. */
function valuesByName(graph: Graph): Map<string, Value> {
  const named = new Map<string, Value>(graph.outputs);
  const { parameters } = walkGraph(graph);
  for (const value of [...parameters, ...graph.inputs]) named.set(value.name, value);
  return named;
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  let free = name;
  for (let at = 2; taken.has(free); at++) free = `${name}_${at}`;
  return free;
}

function noDependence(wrt: readonly (string | Value)[]): OnnxError {
  const names = wrt.map((value) => (typeof value === 'string' ? `"${value}"` : describeType(value))).join(', ');
  return new OnnxError('MODEL_INVALID', `The loss depends on none of ${names} through differentiable operators.`, {
    about: 'loss',
    hint: 'Check which output is the loss, and that no stopGradient or rounding is in between.',
  });
}
