import {
  checkOptions,
  ForgeError,
  RandomStream,
  type Sampler,
  type SamplerRequest,
  type TrialOutcome,
  valuesAt,
} from '@forge-ml/core/plugin';

export interface EvolutionOptions {
  /** Trials that are drawn at random first. Default: 10. */
  readonly start?: number;
  /** The deviation of the first changes, as a share of each parameter's range. Default: 0.2. */
  readonly spread?: number;
}

/** The deviation stays in this range. */
const [smallest, largest] = [0.001, 0.5];

/**
 * A (1+1) evolution strategy: each trial changes the best one so far a little, in every parameter. What is better
 * becomes the best, and the changes grow; else they shrink, so that about one in five is better (Rechenberg 1973, with
 * the factors of Kern et al. 2004, "Learning probability distributions in continuous evolutionary algorithms").
 * @throws ForgeError OPTION_UNKNOWN, USAGE
 */
export function evolution({ space, directions, seed, options }: SamplerRequest): Sampler {
  const { start, spread } = readOptions(options);
  if (directions.length > 1) {
    throw new ForgeError('USAGE', 'The method evolution has one objective.', {
      hint: 'Name one, or use --method tpe.',
    });
  }
  const dimensions = Object.keys(space).length;
  /** The points in the unit cube of the trials that run. */
  const points = new Map<number, readonly number[]>();
  let best: { readonly point: readonly number[]; readonly loss: number } | undefined;
  let deviation = spread;
  return {
    ask(trial) {
      const random = RandomStream.of(seed, trial);
      const point = Array.from({ length: dimensions }, (_, at) =>
        best === undefined || trial <= start
          ? random.float()
          : reflected(best.point[at]! + deviation * random.normal()),
      );
      points.set(trial, point);
      return valuesAt(space, point);
    },
    tell({ trial, state, values }: TrialOutcome) {
      const point = points.get(trial);
      if (point === undefined || (state !== 'completed' && state !== 'failed')) return;
      points.delete(trial);
      const loss = values === null ? Number.POSITIVE_INFINITY : directions[0] === 'min' ? values[0]! : -values[0]!;
      const better = loss < (best?.loss ?? Number.POSITIVE_INFINITY);
      if (better) best = { point, loss };
      if (trial <= start) return;
      deviation = Math.min(largest, Math.max(smallest, deviation * Math.exp(better ? 0.8 / 3 : -0.2 / 3)));
    },
  };
}

/** A point outside of [0, 1) is put back as by a mirror. */
function reflected(at: number): number {
  const turned = Math.abs(at) % 2;
  return Math.min(turned > 1 ? 2 - turned : turned, 1 - Number.EPSILON);
}

function readOptions(given: Readonly<Record<string, unknown>>): Required<EvolutionOptions> {
  checkOptions(given, ['start', 'spread'], { of: 'The method evolution' });
  const { start = 10, spread = 0.2 } = given as EvolutionOptions;
  const wrong = (name: string, what: string, value: unknown) =>
    new ForgeError('USAGE', `The option ${name} of the method evolution is ${what}, not ${JSON.stringify(value)}.`);
  if (!Number.isSafeInteger(start) || start < 1) throw wrong('start', 'a whole number from 1', start);
  if (!(typeof spread === 'number' && spread > 0 && spread <= largest)) {
    throw wrong('spread', `a number above 0, at most ${largest}`, spread);
  }
  return { start, spread };
}
