import type { Batch, NamedTensors, TensorData } from '@forge-ml/core/plugin';
import { gradientsOf } from '@forge-ml/onnx';
import {
  describeNode,
  type Graph,
  type Node,
  numbersOf,
  type ParameterValue,
  parameter,
  type Value,
  walk,
} from '@forge-ml/onnx/graph';
import { cast, concat, isNan, mul, reduceSum, reshape, sub } from '@forge-ml/onnx/ops';
import type { ModelGraphs } from '../model/build-graphs.js';
import type { OrtWorker } from '../runtime/ort-worker.js';
import { feedsOf } from './batches.js';
import { GraphRunner } from './graph-runner.js';

/**
 * Where a loss that is not finite comes from: first among the values of the forward pass, then among the gradients. It is
 * looked for with the present parameters, which the failed step has not changed where it skipped or postponed its update
 * (mixed precision, accumulated gradients). Where its update has spoiled them, with the initial ones: the others are gone.
 * @param present the parameters after the step
 */
export async function locateNotFinite(
  worker: OrtWorker,
  graphs: ModelGraphs,
  batch: Batch,
  present: NamedTensors,
): Promise<string | undefined> {
  const spoiled = [...present].filter(([, data]) => !numbersOf(data).every(Number.isFinite)).map(([name]) => name);
  const isSpoiled = spoiled.length > 0;
  const having = { batch, values: isSpoiled ? new Map() : present };
  const which = isSpoiled ? 'initial' : 'present';
  const evaluation = graphs.evaluation();
  const nodes = walk(evaluation.outputs.values()).nodes.filter(({ outputs }) => outputs[0]?.dtype === 'float32');
  const values = nodes.map(({ outputs }) => outputs[0]!);
  const node = nodes[await firstNotNumber(worker, having, values, isNan)];
  if (node) return `With the ${which} parameters, the first value that is not a number is that of ${described(node)}.`;
  const trained = graphs.parameters.filter(({ name }) => graphs.trained.has(name));
  const gradients = gradientsIn(evaluation, trained);
  const at = await firstNotNumber(worker, having, [...gradients.values()], notFinite);
  const first = [...gradients.keys()][at];
  if (first) return `With the ${which} parameters, the gradient of the parameter "${first.name}" is not finite.`;
  if (!isSpoiled || spoiled.length === present.size) return undefined;
  return `Of the parameters, ${spoiled.length} are not finite now; the first is "${spoiled[0]}".`;
}

/** What the values are computed from. */
interface Given {
  readonly batch: Batch;
  /** The parameters by name; others have their initial values. */
  readonly values: NamedTensors;
}

function described({ op, origin, inputs }: Node): string {
  const read = inputs.find((value) => value?.kind === 'parameter');
  return describeNode(op, origin) + (read?.kind === 'parameter' ? `, which reads the parameter "${read.name}"` : '');
}

function gradientsIn({ outputs }: Graph, trained: readonly ParameterValue[]): ReadonlyMap<ParameterValue, Value> {
  const [loss] = outputs.values();
  const found = loss ? gradientsOf(loss, trained) : [];
  return new Map(trained.flatMap((parameter, at) => (found[at] ? [[parameter, found[at]] as const] : [])));
}

/** Infinity minus itself is not a number, either. */
function notFinite(value: Value): Value {
  return isNan(sub(value, mul(value, 1)));
}

/** The index of the first value with an element for which `test` is true; -1 if there is none. */
async function firstNotNumber(
  worker: OrtWorker,
  given: Given,
  values: readonly Value[],
  test: (value: Value) => Value,
): Promise<number> {
  if (values.length === 0) return -1;
  const counts = values.map((value) =>
    reshape(reduceSum(cast(test(value), 'float32'), undefined, { keepdims: false }), [1]),
  );
  const outputs = new Map([['counts', concat(counts, 0)]]);
  const { inputs, parameters } = walk(outputs.values());
  const session = worker.newSession();
  try {
    await worker.setParameters(
      session,
      parameters.map((value) => withValue(value, given.values.get(value.name))),
    );
    const runner = new GraphRunner({ worker, session, name: 'locate', graph: { inputs, outputs } });
    const { tensors } = await runner.run(feedsOf(given.batch, inputs), given.batch);
    return numbersOf(tensors[0]![1]).findIndex((count) => count > 0);
  } finally {
    await worker.ask({ kind: 'close', session });
  }
}

/** A parameter with another initial value, if there is one. */
function withValue(value: ParameterValue, data: TensorData | undefined): ParameterValue {
  return data === undefined ? value : parameter(value.name, data, { trainable: value.trainable });
}
