import { expandForGradients, invalidModel } from '@forge-ml/onnx';
import type { Node, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { describeNode, numbersOf } from '@forge-ml/onnx/graph';
import { batchNormalization } from '@forge-ml/onnx/ops';
import type { OnnxContext } from '../model/onnx-model.js';
import { replaceRandomNodes } from './random-nodes.js';

/** Which batch norms use the statistics of the batch, and update running ones, while training. */
export type BatchNormMode = 'trained' | 'all' | 'none';

/**
 * Replaces nodes that differ between training and inference, whatever their mode in the file. For training, Dropout
 * and nodes that draw random numbers use Forge's, BatchNormalization follows `mode`, and nodes such as recurrent and
 * fused ones become operators that have gradients. For inference, Dropout is off and BatchNormalization uses the running
 * statistics.
 */
export function modeOf(
  context: OnnxContext,
  mode: BatchNormMode,
  runningMeans: ReadonlySet<ParameterValue>,
): (node: Node) => readonly Value[] | undefined {
  const random = replaceRandomNodes(context);
  return (node) => {
    const isOnnx = node.domain === '';
    if (isOnnx && node.op === 'Dropout') return dropout(node, context);
    if (isOnnx && node.op === 'BatchNormalization') return batchNorm(node, context, mode, runningMeans);
    return random(node) ?? (context.training ? expandForGradients(node) : undefined);
  };
}

function dropout(node: Node, context: OnnxContext): readonly Value[] {
  const [x, ratio] = node.inputs;
  const mask = node.outputs[1]!;
  if (!context.training) return [x!, mask];
  if (ratio && ratio.kind !== 'constant') {
    throw invalidModel(`${describeNode(node.op, node.origin)} has a ratio that is not a constant.`, node.origin);
  }
  return [context.dropout(x!, ratio ? numbersOf(ratio.data)[0]! : 0.5), mask];
}

function batchNorm(
  node: Node,
  context: OnnxContext,
  mode: BatchNormMode,
  runningMeans: ReadonlySet<ParameterValue>,
): readonly Value[] {
  const [x, scale, bias, mean, variance] = node.inputs as readonly Value[];
  const { epsilon, momentum } = node.attributes;
  const options = {
    epsilon: epsilon?.type === 'float' ? epsilon.value : 1e-5,
    momentum: momentum?.type === 'float' ? momentum.value : 0.9,
  };
  const isFrozen = [scale, bias].every((value) => {
    return value?.kind === 'parameter' && (!value.trainable || context.isFrozen(value));
  });
  const byBatch = mode === 'all' || (mode === 'trained' && !isFrozen);
  const isOwn = mean!.kind === 'parameter' && runningMeans.has(mean!) && variance!.kind === 'parameter';
  const keepsOwn = isOwn && [mean, variance].some((value) => context.isFrozen(value as ParameterValue));
  if (!context.training || !byBatch || !isOwn || keepsOwn) {
    const [y] = batchNormalization(x!, scale!, bias!, mean!, variance!, options);
    return [y, mean!, variance!].slice(0, node.outputs.length);
  }
  const statistics = [mean as ParameterValue, variance as ParameterValue] as const;
  const [now, spread] = [context.current(statistics[0]), context.current(statistics[1])];
  const results = batchNormalization(x!, scale!, bias!, now, spread, { ...options, trainingMode: true });
  for (const [at, parameter] of statistics.entries()) context.update(parameter, results[at + 1]!);
  return (results as readonly Value[]).slice(0, node.outputs.length);
}
