import type { Batch, NamedTensors } from '@forge-ml/core/plugin';
import { gradientsOf } from '@forge-ml/onnx';
import {
  describeNode,
  type Graph,
  type Node,
  numbersOf,
  type ParameterValue,
  type Value,
  walk,
} from '@forge-ml/onnx/graph';
import { cast, concat, isNan, mul, reduceSum, reshape, sub } from '@forge-ml/onnx/ops';
import type { ModelGraphs } from '../model/build-graphs.js';
import type { OrtWorker } from '../runtime/ort-worker.js';
import { feedsOf } from './batches.js';
import { GraphRunner } from './graph-runner.js';

/**
 * Where a loss that is not finite comes from. The update after it has spoiled the parameters, so it is looked for with
 * the initial ones: first among the values of the forward pass, then among the gradients.
 * @param parameters the present ones
 */
export async function locateNotFinite(
  worker: OrtWorker,
  graphs: ModelGraphs,
  batch: Batch,
  parameters: NamedTensors,
): Promise<string | undefined> {
  const evaluation = graphs.evaluation();
  const nodes = walk(evaluation.outputs.values()).nodes.filter(({ outputs }) => outputs[0]?.dtype === 'float32');
  const values = nodes.map(({ outputs }) => outputs[0]!);
  const node = nodes[await firstNotNumber(worker, batch, values, isNan)];
  if (node) return `With the initial parameters, the first value that is not a number is that of ${described(node)}.`;
  const trained = graphs.parameters.filter(({ name }) => graphs.trained.has(name));
  const gradients = gradientsIn(evaluation, trained);
  const at = await firstNotNumber(worker, batch, [...gradients.values()], notFinite);
  const first = [...gradients.keys()][at];
  if (first) return `With the initial parameters, the gradient of the parameter "${first.name}" is not finite.`;
  const spoiled = [...parameters].filter(([, data]) => !numbersOf(data).every(Number.isFinite)).map(([name]) => name);
  if (spoiled.length === 0 || spoiled.length === parameters.size) return undefined;
  return `Of the parameters, ${spoiled.length} are not finite now; the first is "${spoiled[0]}".`;
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
  batch: Batch,
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
    await worker.setParameters(session, parameters);
    const runner = new GraphRunner({ worker, session, name: 'locate', graph: { inputs, outputs } });
    const { tensors } = await runner.run(feedsOf(batch, inputs), batch);
    return numbersOf(tensors[0]![1]).findIndex((count) => count > 0);
  } finally {
    await worker.ask({ kind: 'close', session });
  }
}
