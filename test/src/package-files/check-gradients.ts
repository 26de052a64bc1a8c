import { elements, RandomStream, type TensorData, tensor } from '@forge-ml/core';
import type { NamedTensors, ParameterGradient } from '@forge-ml/core/plugin';

export interface GradientCheck {
  readonly slopes: number;
  /** By how much a slope and the gradient differ, relative to the slope. */
  readonly worst: number;
  readonly at: string;
}

/** By which part of itself a step changes the loss. */
const steps = [0.01, 0.001, 3e-4, 1e-4, 0.1];
const goodEnough = 2e-3;
const tensorsChecked = 6;

/**
 * Compares gradients with central differences of the loss in some of the tensors: along the gradient, and along that of
 * half of the numbers, drawn at random. One number alone changes a loss in float32 too little to measure. A step that is
 * too large crosses kinks, one that is too small is lost in rounding: the best of several counts.
 * @param loss of the parameters as they are
 * @param lossAt the loss with one parameter replaced
 */
export async function checkGradients(
  gradients: ReadonlyMap<string, ParameterGradient>,
  parameters: NamedTensors,
  loss: number,
  lossAt: (name: string, value: TensorData) => Promise<number>,
): Promise<GradientCheck> {
  const random = RandomStream.of(2, 'sampled numbers');
  let found: GradientCheck = { slopes: 0, worst: 0, at: '' };
  for (const [name, gradient] of sampled(gradients, random)) {
    const start = parameters.get(name)!;
    const half = gradient.map((value) => (random.float() < 0.5 ? value : 0));
    for (const direction of [gradient, half].filter((one) => normOf(one) > 0)) {
      const error = await slopeError(start, gradient, direction, loss, (value) => lossAt(name, value));
      const { slopes, worst, at } = found;
      found = { slopes: slopes + 1, worst: Math.max(error, worst), at: error > worst ? name : at };
    }
  }
  return found;
}

/** Those with the largest gradients, and others at random whose gradients are not much smaller. */
function sampled(gradients: ReadonlyMap<string, ParameterGradient>, random: RandomStream): [string, Float32Array][] {
  const all = Array.from(gradients, ([name, { gradient }]): [string, Float32Array] => {
    return [name, elements(gradient) as Float32Array];
  }).toSorted(([, a], [, b]) => normOf(b) - normOf(a));
  const strongest = all.slice(0, tensorsChecked / 2);
  const rest = all.slice(tensorsChecked / 2).filter(([, one]) => normOf(one) > 1e-3 * normOf(all[0]![1]));
  const others = Array.from({ length: Math.min(rest.length, tensorsChecked / 2) }, () => {
    return rest.splice(random.below(rest.length), 1)[0]!;
  });
  return [...strongest, ...others];
}

async function slopeError(
  start: TensorData,
  gradient: Float32Array,
  direction: Float32Array,
  loss: number,
  lossAt: (value: TensorData) => Promise<number>,
): Promise<number> {
  const from = elements(start) as Float32Array;
  const scale = loss / normOf(direction) ** 2;
  let best = Number.POSITIVE_INFINITY;
  for (const step of steps) {
    const [low, high] = [-1, 1].map((sign) =>
      from.map((value, at) => value + sign * step * scale * direction[at]!),
    ) as [Float32Array, Float32Array];
    const change = (await lossAt(tensor(high, start.shape))) - (await lossAt(tensor(low, start.shape)));
    // By the numbers as they are after they were rounded to float32.
    const expected = high.reduce((sum, value, at) => sum + (value - low[at]!) * gradient[at]!, 0);
    // A step may be lost in the rounding of the numbers.
    if (expected !== 0 && Number.isFinite(change)) best = Math.min(best, Math.abs(change / expected - 1));
    if (best < goodEnough) break;
  }
  return best;
}

function normOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
