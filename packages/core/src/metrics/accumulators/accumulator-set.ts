import type { Stats } from '../../backend/backend.js';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import type { Batch } from '../../tensor/tensor-data.js';
import { isMedia, type MediaValue } from '../media-value.js';
import { type DeclaredAccumulator, isNumeric, type MetricContext, type MetricTable } from './parts/accumulator.js';
import { decodeNumbers } from './parts/json-state.js';
import { type MetricArrays, metricArrays } from './parts/metric-array.js';
import { tableValue } from './parts/table-value.js';

/** Accumulators by the names of their metrics. */
export type NamedAccumulators = ReadonlyMap<string, DeclaredAccumulator>;

interface Running {
  readonly accumulator: DeclaredAccumulator;
  readonly context: MetricContext;
  state: unknown;
}

/** Accumulators that get the batches of a split together. */
export class AccumulatorSet {
  readonly #running: ReadonlyMap<string, Running>;
  #empty = true;

  /** @param state an earlier `state`, read back from JSON; what does not fit is ignored */
  constructor(accumulators: NamedAccumulators, context: Omit<MetricContext, 'metric'>, state?: unknown) {
    const saved = isObject(state) ? state : {};
    this.#running = new Map(
      Array.from(accumulators, ([metric, accumulator]) => {
        const running = { accumulator, context: { ...context, metric }, state: startOf(metric, accumulator) };
        if (Object.hasOwn(saved, metric)) {
          const json = decodeNumbers(saved[metric]);
          running.state = 'fromJson' in accumulator ? accumulator.fromJson!(json) : json;
          this.#empty = false;
        }
        return [metric, running] as const;
      }),
    );
  }

  /** @throws ForgeError METRIC_INVALID, DATA_INVALID naming the metric */
  add(batch: Batch, outputs: Batch): void {
    const [arrays, predicted] = [metricArrays(batch), metricArrays(outputs)];
    this.#empty = false;
    for (const [metric, running] of this.#running) addTo(metric, running, arrays, predicted);
  }

  /** The metrics that are numbers, of all batches since the start; none before the first. */
  get stats(): Stats {
    const stats: Record<string, number> = {};
    if (this.#empty) return stats;
    for (const [metric, { accumulator, state }] of this.#running) {
      if (!isNumeric(accumulator)) continue;
      const value: unknown = guarded(metric, 'result', () => accumulator.result(state));
      if (typeof value !== 'number') {
        throw new ForgeError('METRIC_INVALID', `The metric ${metric}: result(state) returned no number.`, {
          about: metric,
          hint: isMedia(value)
            ? `Add \`media: true\` to metrics.${metric}: an image, text, histogram or table is no number.`
            : 'Return one number for all examples.',
        });
      }
      stats[metric] = value;
    }
    return stats;
  }

  get tables(): Readonly<Record<string, MetricTable>> {
    const tables: Record<string, MetricTable> = {};
    for (const [metric, { accumulator, state }] of this.#running) {
      if ('table' in accumulator) tables[metric] = accumulator.result(state);
    }
    return tables;
  }

  /** What an evaluation logs beside numbers, by name: images, texts, histograms and tables. None before the first batch. */
  get media(): Readonly<Record<string, MediaValue>> {
    const media: Record<string, MediaValue> = {};
    if (this.#empty) return media;
    for (const [metric, { accumulator, state }] of this.#running) {
      if ('table' in accumulator) media[metric] = tableValue(accumulator.result(state));
      if (!('media' in accumulator)) continue;
      const value: unknown = guarded(metric, 'result', () => accumulator.result(state));
      if (!isMedia(value)) {
        throw new ForgeError('METRIC_INVALID', `The metric ${metric}: result(state) returned no media value.`, {
          about: metric,
          hint: 'Return what `image`, `text`, `histogram` or `table` of @forge-ml/core returns.',
        });
      }
      media[metric] = value;
    }
    return media;
  }

  /** As JSON, for a checkpoint: a copy, as it is written while steps continue. Undefined before the first batch. */
  get state(): unknown {
    if (this.#empty) return undefined;
    return Object.fromEntries(
      Array.from(this.#running, ([metric, { accumulator, state }]) => {
        const json = 'toJson' in accumulator ? accumulator.toJson!(state) : state;
        return [metric, guarded(metric, 'toJson', () => structuredClone(json))];
      }),
    );
  }

  clear(): void {
    this.#empty = true;
    for (const [metric, running] of this.#running) running.state = startOf(metric, running.accumulator);
  }
}

function startOf(metric: string, accumulator: DeclaredAccumulator): unknown {
  return guarded(metric, 'start', () => accumulator.start());
}

function addTo(metric: string, running: Running, batch: MetricArrays, outputs: MetricArrays): void {
  const { accumulator, context, state } = running;
  const returned: unknown = guarded(metric, 'add', () => accumulator.add(state, batch, outputs, context));
  if (returned instanceof Promise) {
    returned.catch(() => undefined);
    throw new ForgeError('METRIC_INVALID', `The metric ${metric}: add(state, batch, outputs) returned a promise.`, {
      about: metric,
      hint: 'Compute it synchronously.',
    });
  }
  if (returned !== undefined) running.state = returned;
}

/** Calls code of a model config, whose errors are to name the metric. */
function guarded<T>(metric: string, method: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (isForgeError(error)) throw error;
    throw new ForgeError('METRIC_INVALID', `The metric ${metric} failed in ${method}: ${messageOf(error)}`, {
      about: metric,
      hint: `Change \`${method}\` of metrics.${metric} in the model config.`,
      cause: error,
    });
  }
}
