import { ForgeError } from '../../errors/forge-error.js';
import type { Dataset } from '../dataset.js';
import { concat as concatenated } from '../operators/concat.js';
import { interleave as mixed } from '../operators/interleave.js';
import { checkInterleave, type InterleaveOptions } from '../operators/interleave-turns.js';
import { joinByName, mergeNames, zip as zipped } from '../operators/zip.js';
import { nameOfType } from '../to-tensor.js';
import { Pipeline } from './pipeline.js';

type ElementOf<D> = D extends Dataset<infer T> ? T : never;
/** All of the types at once: an element has the names of each. */
type Merged<Types> = (Types extends unknown ? (type: Types) => void : never) extends (type: infer All) => void
  ? All
  : never;

/**
 * Joins element i of each dataset into one element. `zip({ image, label })` puts them under the given names; `zip(a, b)`
 * merges the names of the elements, which must differ. The datasets must have the same length, or never end.
 * @throws ForgeError DATA_INVALID when it is opened or read, if lengths differ or a name occurs twice
 */
export function zip<N extends string, D extends Readonly<Record<N, Dataset<unknown>>>>(
  datasets: D & Readonly<Record<N, Dataset<unknown>>>,
): Pipeline<{ readonly [Name in keyof D]: ElementOf<D[Name]> }>;
export function zip<D extends readonly Dataset<object>[]>(...datasets: D): Pipeline<Merged<ElementOf<D[number]>>>;
export function zip(...datasets: readonly (Dataset<unknown> | Readonly<Record<string, Dataset<unknown>>>)[]): unknown {
  const [first] = datasets;
  if (datasets.length === 1 && first !== undefined && !isDataset(first)) {
    const named = Object.entries(first ?? {});
    const sources = checkDatasets(
      'zip',
      named.map(([, dataset]) => dataset),
    );
    return Pipeline.join(sources, (opened) => zipped(opened, joinByName(named.map(([name]) => name))), {
      converts: 'zip',
    });
  }
  return Pipeline.join(checkDatasets('zip', datasets), (opened) => zipped(opened, mergeNames), { converts: 'zip' });
}

/** All elements of the first dataset, then those of the next, and so on. Shuffle after it to mix them. */
export function concat<D extends readonly Dataset<unknown>[]>(...datasets: D): Pipeline<ElementOf<D[number]>> {
  return Pipeline.join(checkDatasets('concat', datasets), concatenated) as Pipeline<ElementOf<D[number]>>;
}

/**
 * Mixes datasets: an element of each in turn, or drawn by `weights`, in an order that depends only on the seed and the
 * epoch. A dataset that has ended is skipped until all have; to keep the weights, give datasets that repeat.
 */
export function interleave<D extends readonly Dataset<unknown>[]>(
  datasets: D,
  options: InterleaveOptions = {},
): Pipeline<ElementOf<D[number]>> {
  const sources = checkDatasets('interleave', datasets);
  checkInterleave(sources.length, options);
  return Pipeline.join(sources, (opened) => mixed(opened, options), {
    reorders: options.weights !== undefined,
  }) as Pipeline<ElementOf<D[number]>>;
}

function checkDatasets(of: string, datasets: readonly unknown[]): readonly Dataset<unknown>[] {
  const list = Array.isArray(datasets);
  const wrong = list ? datasets.findIndex((dataset) => !isDataset(dataset)) : -1;
  if (list && datasets.length > 0 && wrong < 0) return datasets as readonly Dataset<unknown>[];
  const given = !list
    ? 'no list of datasets'
    : wrong < 0
      ? 'no dataset'
      : `${nameOfType(datasets[wrong])} as dataset ${wrong + 1}`;
  throw new ForgeError('DATA_INVALID', `${of} was given ${given}.`, {
    about: of,
    hint: `Give datasets, as in ${of === 'interleave' ? `${of}([a, b])` : `${of}(a, b)`}.`,
  });
}

function isDataset(value: unknown): value is Dataset<unknown> {
  return typeof value === 'object' && value !== null && 'read' in value && typeof value.read === 'function';
}
