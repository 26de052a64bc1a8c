import { checkOptions, RandomStream, type Sampler, type SamplerRequest, valuesAt } from '@forge-ml/core/plugin';

/** How far from the best a trial is at most, as a share of each parameter's range. */
const distance = 0.1;

/** Draws every second trial near the best one so far, and the others anywhere. Replace this with your method. */
export function nearBest({ space, directions, seed, options }: SamplerRequest): Sampler {
  checkOptions(options, [], { of: 'The method {{name}}' });
  /** Each trial as a point in the unit cube, with a coordinate for each parameter. */
  const points = new Map<number, readonly number[]>();
  let best: { readonly point: readonly number[]; readonly value: number } | undefined;
  return {
    ask(trial) {
      // Of the seed and the trial's number alone: a sweep that goes on repeats the calls.
      const random = RandomStream.of(seed, trial);
      const point = Object.keys(space).map((_, at) => {
        if (best === undefined || trial % 2 === 1) return random.float();
        const moved = best.point[at]! + distance * (2 * random.float() - 1);
        return Math.min(1 - Number.EPSILON, Math.max(0, moved));
      });
      points.set(trial, point);
      return valuesAt(space, point);
    },
    tell({ trial, state, values }) {
      const point = points.get(trial);
      if (state !== 'completed' || values === null || point === undefined) return;
      points.delete(trial);
      // The first objective counts.
      const value = directions[0] === 'min' ? values[0]! : -values[0]!;
      if (best === undefined || value < best.value) best = { point, value };
    },
  };
}
