import {
  type Batch,
  checkOptions,
  describeValue,
  ForgeError,
  invalidModel,
  parseBytes,
  shownValue,
} from '@forge-ml/core/plugin';
import { type ChooseSegments, planSegments, type Segment } from '@forge-ml/onnx';
import type { InputValue } from '@forge-ml/onnx/graph';
import { activationSizes } from './activation-sizes.js';
import type { RecomputeOption } from './onnx-model.js';

/**
 * The memory that a model may store activations in; 0 to store the least.
 * @throws ForgeError MODEL_INVALID for an invalid option
 */
export function checkRecompute(option: RecomputeOption): number {
  if (option === 'blocks') return 0;
  const hint = "Give 'blocks' to store the least, or a limit: { memory: '2GB' }.";
  if (typeof option !== 'object' || option === null) {
    const given = typeof option === 'string' ? shownValue(option) : describeValue(option);
    throw invalidModel(`The model's recompute is ${given}.`, hint);
  }
  checkOptions(option, ['memory'], { of: 'recompute' });
  const bytes = parseBytes(option.memory);
  if (bytes === undefined) throw invalidModel(`recompute: memory is ${shownValue(option.memory)}, not a size.`, hint);
  return bytes;
}

/**
 * Chooses what is computed again, for batches of the size of the sample: the least that fits.
 * @throws ForgeError MODEL_INVALID, when it is called, if the activations cannot fit
 */
export function recomputation(
  option: RecomputeOption,
  sample: Batch,
  inputs: Readonly<Record<string, InputValue>>,
): ChooseSegments {
  const memory = checkRecompute(option);
  return ({ nodes, saved }) => {
    const segments = planSegments(nodes, activationSizes({ nodes, saved }, sample, inputs));
    // The last one is differentiated at once.
    const most = segments.length - 1;
    let count = memory === 0 ? most : 0;
    while (count < most && peakOf(segments, count) > memory) count++;
    const peak = peakOf(segments, count);
    if (memory > 0 && peak > memory) throw tooSmall(memory, peak);
    return segments.slice(0, count).map((segment) => segment.nodes);
  };
}

/** The most that is stored at a time, if the first segments are computed again. */
function peakOf(segments: readonly Segment[], recomputed: number): number {
  let stored = 0;
  let peak = 0;
  for (const [at, { bytes, kept }] of segments.entries()) {
    peak = Math.max(peak, stored + bytes);
    stored += at < recomputed ? kept : bytes;
  }
  return Math.max(peak, stored);
}

function tooSmall(memory: number, least: number): ForgeError {
  const size = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  return new ForgeError(
    'MODEL_INVALID',
    `recompute: the activations of a step take at least ${size(least)}, more than the ${size(memory)} of memory.`,
    { about: 'recompute', hint: 'Use smaller batches, with accumulate in the optimizer, or give more memory.' },
  );
}
