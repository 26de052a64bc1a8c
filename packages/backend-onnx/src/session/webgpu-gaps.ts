import { floatAttribute, intAttribute } from '../autodiff/node-attributes.js';
import { momentsOf } from '../autodiff/normalize.js';
import { range } from '../autodiff/shapes.js';
import type { Node, Value } from '../graph/graph.js';
import { add, mul } from '../ops/elementwise.js';
import { reduceMean } from '../ops/reduction.js';
import { reshape, unsqueeze } from '../ops/shape.js';
import type { GraphProto, NodeProto } from '../proto/messages.js';

/**
 * ONNX Runtime's WebGPU provider takes some nodes that it then refuses to run: "BatchNormalization trainingMode is not
 * supported yet", "The Indices output is not supported yet". The first are made of other operators.
 */
export function withoutTrainingBatchNorm(node: Node): readonly Value[] | undefined {
  const isTraining = node.op === 'BatchNormalization' && intAttribute(node, 'training_mode', 0) === 1;
  return isTraining ? batchNormalizationInParts(node) : undefined;
}

/** The second are left to the CPU: their names, those in bodies of loops too. */
export function nodesForCpu({ node: nodes }: GraphProto): string[] {
  return nodes.flatMap((node) => [
    ...(hasIndices(node) ? [node.name] : []),
    ...node.attribute.flatMap(({ g }) => (g === undefined ? [] : nodesForCpu(g))),
  ]);
}

function hasIndices({ opType, domain, output }: NodeProto): boolean {
  return opType === 'MaxPool' && domain === '' && output.length > 1;
}

/** Training batch norm of simpler operators: y, and the next running mean and variance, as ONNX defines them. */
function batchNormalizationInParts(node: Node): readonly Value[] {
  const [x, scale, bias, mean, variance] = node.inputs as readonly [Value, Value, Value, Value, Value];
  const axes = [0, ...range(2, x.shape.length)];
  const { centered, inverse } = momentsOf(x, axes, floatAttribute(node, 'epsilon', 1e-5));
  const perChannel = (value: Value) => (x.shape.length === 2 ? value : unsqueeze(value, range(1, x.shape.length - 1)));
  const momentum = floatAttribute(node, 'momentum', 0.9);
  const moved = (running: Value, batch: Value) => add(mul(running, momentum), mul(reshape(batch, [-1]), 1 - momentum));
  return [
    add(mul(centered, mul(inverse, perChannel(scale))), perChannel(bias)),
    moved(mean, reduceMean(x, axes)),
    moved(variance, reduceMean(mul(centered, centered), axes)),
  ];
}
