import type { TfjsBatch } from '../model/tfjs-model.js';

/** The arrays of a batch that functions read. */
export interface ReadArrays {
  readonly batch: TfjsBatch;
  readonly names: ReadonlySet<string>;
  /** False if the functions copy the batch, as in `{ ...batch }`, which reads all. */
  readonly known: boolean;
}

/** A batch that records which of its arrays are read. */
export function recordReads(batch: TfjsBatch): ReadArrays {
  const names = new Set<string>();
  const reads = { known: true };
  return {
    batch: new Proxy(batch, {
      get(target, key) {
        if (typeof key === 'string' && key in target) names.add(key);
        return Reflect.get(target, key);
      },
      ownKeys(target) {
        reads.known = false;
        return Reflect.ownKeys(target);
      },
    }),
    names,
    get known() {
      return reads.known;
    },
  };
}

/** The arrays that the loss and the stats read, and `predict` does not; undefined if unknown. */
export function labelsOf(predict: ReadArrays, others: ReadArrays): readonly string[] | undefined {
  if (!predict.known || !others.known) return undefined;
  return [...others.names].filter((name) => !predict.names.has(name));
}
