import { expandTrainingBatchNorm } from '@forge-ml/onnx';
import type { Node, Value } from '@forge-ml/onnx/graph';
import type { GraphProto, NodeProto } from '@forge-ml/onnx/proto';

/**
 * ONNX Runtime's WebGPU provider accepts some nodes that it then fails to run: "BatchNormalization trainingMode is not
 * supported yet", "The Indices output is not supported yet". The first are replaced by other operators.
 */
export function withoutTrainingBatchNorm(node: Node): readonly Value[] | undefined {
  return expandTrainingBatchNorm(node);
}

/** The second run on the CPU: returns their names, those in bodies of loops too. */
export function nodesForCpu({ node: nodes }: GraphProto): string[] {
  return nodes.flatMap((node) => [
    ...(hasIndices(node) ? [node.name] : []),
    ...node.attribute.flatMap(({ g }) => (g === undefined ? [] : nodesForCpu(g))),
  ]);
}

function hasIndices({ opType, domain, output }: NodeProto): boolean {
  return opType === 'MaxPool' && domain === '' && output.length > 1;
}
