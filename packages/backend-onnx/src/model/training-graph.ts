import { expandTrainingBatchNorm } from '@forge-ml/onnx';
import type { Graph, Node, Value } from '@forge-ml/onnx/graph';
import { type Changes, optimize, rebuild, walk } from '@forge-ml/onnx/graph';
import { mul, reduceSum, sqrt, sub } from '@forge-ml/onnx/ops';
import type { ParameterChange, TrainingStep } from './training-step.js';
import { finiteName, gradientName } from './update-plan.js';

/** A graph with outputs that become state. */
export interface StatefulGraph extends Graph {
  /** By parameter or slot: the name of the output that is its next value. */
  readonly next: ReadonlyMap<string, string>;
}

/** What a training graph returns besides its numbers. */
export interface TrainingReport {
  /** The model's outputs, as `outputs/<name>`. */
  readonly outputs?: boolean;
  /**
   * For each parameter, its gradient as `gradient/<name>`, its norm before the update as `norm/<name>`, and that of its
   * change as `change/<name>`.
   */
  readonly gradients?: boolean;
}

export interface TrainingGraphOptions {
  /** Replaces operators that an engine has no kernels for. */
  readonly rewrite?: Changes['rewrite'] | undefined;
  /** Whether kernels update the parameters: then the graph returns the gradients, and does not. */
  readonly kernels?: boolean;
}

/** The graph of one step. */
export function trainingGraph(
  step: TrainingStep,
  report: TrainingReport = {},
  { rewrite, kernels = false }: TrainingGraphOptions = {},
): StatefulGraph {
  const outputs = new Map(step.numbers);
  const next = new Map<string, string>();
  for (const [{ name }, value] of step.state) {
    outputs.set(`${name}/next`, value);
    next.set(name, `${name}/next`);
  }
  for (const [update, value] of step.finite) outputs.set(finiteName(update), value);
  if (report.outputs) for (const [name, value] of namedOutputs(step.outputs)) outputs.set(name, value);
  if (kernels)
    for (const { parameter, gradient } of step.gradients) outputs.set(gradientName(parameter.name), gradient);
  else if (report.gradients) for (const [name, value] of step.gradients.flatMap(namedChange)) outputs.set(name, value);
  const graph = graphOf(withoutSharedStatistics(outputs, new Set(step.state.values())));
  return { ...(rewrite === undefined ? graph : optimize(rebuild(graph, { rewrite }))), next };
}

function namedChange({ parameter, gradient, next }: ParameterChange): [string, Value][] {
  const { name } = parameter;
  return [
    [gradientName(name), gradient],
    [`norm/${name}`, norm(parameter)],
    [`change/${name}`, norm(sub(next, parameter))],
  ];
}

function norm(value: Value): Value {
  return sqrt(reduceSum(mul(value, value), undefined, { keepdims: false }));
}

/**
 * ONNX Runtime writes the running statistics of a BatchNormalization into the memory of the old ones, which the session
 * still needs, unless they are outputs of the graph. So other ones are computed by simpler operators.
 */
function withoutSharedStatistics(
  outputs: ReadonlyMap<string, Value>,
  state: ReadonlySet<Value>,
): ReadonlyMap<string, Value> {
  const rewrite = (node: Node) => {
    const [, mean, variance] = node.outputs;
    return mean && variance && state.has(mean) && state.has(variance) ? undefined : expandTrainingBatchNorm(node);
  };
  return rebuild({ inputs: [], outputs }, { rewrite }).outputs;
}

/** The model's outputs beside other results of a graph. */
export function namedOutputs(outputs: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map(Array.from(outputs, ([name, value]) => [`outputs/${name}`, value]));
}

export function graphOf(outputs: ReadonlyMap<string, Value>): Graph {
  const { outputs: folded } = optimize({ inputs: walk(outputs.values()).inputs, outputs });
  return { inputs: walk(folded.values()).inputs, outputs: folded };
}
