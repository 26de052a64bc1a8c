import type { TrainSession } from '../../backend/backend.js';
import type { BatchDataset } from '../../data/dataset.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Batch } from '../../tensor/tensor-data.js';
import { neverStop, type StopRequest, throwIfStopped, unlessStopped } from '../stop/stop-request.js';
import { releaseReader } from './evaluate.js';

export interface RateSearch {
  /** The first learning rate. Default: 1e-7. */
  readonly from?: number;
  /** The last learning rate. Default: 10. */
  readonly to?: number;
  /** Updates, each with a rate larger by the same factor. Default: 100. */
  readonly steps?: number;
  /** Called after each update. */
  readonly progress?: (done: number, steps: number) => void;
  readonly stop?: StopRequest;
}

/** The loss of the training data at one learning rate. */
export interface RatePoint {
  readonly rate: number;
  readonly loss: number;
  /** The exponential moving average of the losses so far, with bias correction. */
  readonly smoothed: number;
}

export interface FoundRate {
  readonly points: readonly RatePoint[];
  /** The rate around which the loss falls most; null if it never falls. */
  readonly suggestion: number | null;
}

const smoothing = 0.95;
/** The search ends where the smoothed loss is this many times its lowest value: it has diverged. */
const divergence = 4;

/**
 * Tries learning rates from low to high, one update each, on the training data (Smith, Cyclical Learning Rates for
 * Training Neural Networks, 2017). The session's state is the same before and after.
 * @throws ForgeError USAGE for an invalid range; DATA_INVALID, STOPPED; errors of the session
 */
export async function findLearningRate(
  session: Pick<TrainSession, 'step' | 'settle' | 'capture' | 'restore'>,
  train: BatchDataset,
  search: RateSearch = {},
): Promise<FoundRate> {
  checkOptions(search, ['from', 'to', 'steps', 'progress', 'stop'], {
    of: 'findLearningRate(session, train, search)',
    synonyms: { min: 'from', max: 'to', minLr: 'from', maxLr: 'to', numTraining: 'steps', numIt: 'steps' },
  });
  const { from = 1e-7, to = 10, steps = 100, progress, stop = neverStop } = search;
  checkRange(from, to, steps);
  const state = await session.capture();
  try {
    const points: RatePoint[] = [];
    let [average, lowest] = [0, Number.POSITIVE_INFINITY];
    for await (const batch of batches(train, steps, stop)) {
      const step = points.length;
      const rate = from * (to / from) ** (step / (steps - 1));
      const { loss } = await session.step(batch, { step, metrics: true, learningRate: rate });
      if (loss === undefined || !Number.isFinite(loss)) break;
      average = smoothing * average + (1 - smoothing) * loss;
      const smoothed = average / (1 - smoothing ** (step + 1));
      points.push({ rate, loss, smoothed });
      progress?.(points.length, steps);
      if (smoothed > divergence * lowest) break;
      lowest = Math.min(lowest, smoothed);
    }
    return { points, suggestion: steepest(points) };
  } finally {
    try {
      await session.settle?.();
    } finally {
      await session.restore(state);
    }
  }
}

function checkRange(from: number, to: number, steps: number): void {
  const refuse = (what: string) => {
    const hint = 'For example from 1e-7 to 10 in 100 steps.';
    return new ForgeError('USAGE', `The search for a learning rate ${what}.`, { about: 'learning rate', hint });
  };
  if (!(from > 0 && Number.isFinite(from))) throw refuse(`starts at ${from}, not at a number above 0`);
  if (!(to > from && Number.isFinite(to))) throw refuse(`ends at ${to}, not above its start, ${from}`);
  if (!Number.isSafeInteger(steps) || steps < 10) throw refuse(`has ${steps} steps, not at least 10`);
}

/** Batches of as many epochs as needed. */
async function* batches(train: BatchDataset, count: number, stop: StopRequest): AsyncGenerator<Batch> {
  let read = 0;
  for (let epoch = 0; ; epoch++) {
    const reader = train.read({ epoch, skip: 0 });
    const before = read;
    try {
      const next = async () => reader.next();
      for (let item = await unlessStopped(stop, next()); !item.done; item = await unlessStopped(stop, next())) {
        yield item.value;
        if (++read === count) return;
        // Lets signals and timers run between updates.
        await new Promise(setImmediate);
        throwIfStopped(stop);
      }
    } finally {
      await releaseReader(reader, stop);
    }
    if (read === before) throw new ForgeError('DATA_INVALID', `The training data has no batches in epoch ${epoch}.`);
  }
}

/**
 * The rate around which the loss falls most, per factor of the rate: by least squares over a fifth of the points, since
 * the losses of single batches differ. Beyond the lowest loss it may fall too, from the heights it has diverged to.
 */
function steepest(points: readonly RatePoint[]): number | null {
  const smoothed = points.map((point) => point.smoothed);
  const last = smoothed.indexOf(Math.min(...smoothed));
  const reach = Math.min(Math.ceil(points.length / 10), Math.floor(last / 2));
  let [slope, suggestion]: [number, number | null] = [0, null];
  for (let at = reach; reach > 0 && at <= last - reach; at++) {
    let sum = 0;
    for (let offset = 1; offset <= reach; offset++) {
      sum += offset * (points[at + offset]!.loss - points[at - offset]!.loss);
    }
    if (sum < slope) [slope, suggestion] = [sum, points[at]!.rate];
  }
  return suggestion;
}
