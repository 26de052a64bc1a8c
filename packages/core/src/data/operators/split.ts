import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { checkSeed } from '../../random/key.js';
import { permutation } from '../../random/permutation.js';
import { RandomStream } from '../../random/random-stream.js';
import { rowsWith } from '../cells.js';
import { checkCount } from '../check.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset, reindexed } from '../indexed.js';
import { iterate } from '../iterate.js';
import { LazyDataset } from '../lazy-dataset.js';
import { type Key, type KeyReader, keyReader } from './key.js';

interface KeyOptions<T> {
  /**
   * Elements with the same key get the same split, by a hash of the key: those of one customer stay together, and new rows
   * keep their split. The sizes are approximate.
   */
  readonly by?: Key<T>;
  /** Each split gets the same share of each value of this key: for rare classes. */
  readonly stratify?: Key<T>;
  /** Another number splits differently. Default: 0, so that all runs have the same validation data. */
  readonly seed?: number;
}

export interface SplitOptions<T> extends KeyOptions<T> {
  /** The share of the validation data, from 0 to 1. */
  readonly valid?: number;
  /** The share of the test data, from 0 to 1. */
  readonly test?: number;
}

export interface FoldOptions<T> extends KeyOptions<T> {
  /** How many parts of equal size there are. */
  readonly folds: number;
  /** Which of them is the validation data, from 0. */
  readonly index: number;
}

/** Names of splits by their number in `Sharing`. */
export type SplitName = 'train' | 'valid' | 'test';
const names: readonly SplitName[] = ['train', 'valid', 'test'];

/** Which split gets what. */
interface Sharing {
  readonly of: string;
  readonly splits: readonly SplitName[];
  /** The split of a key whose hash is `u`, uniform in [0, 1). */
  ofHash(u: number): number;
  /** The split of the element at a position in a random order of `count` elements. */
  ofPosition(position: number, count: number): number;
}

const keyNames = ['by', 'stratify', 'seed'];

/** Splits a dataset into train, valid and test. @throws ForgeError OPTION_UNKNOWN, DATA_INVALID */
export function split<T>(source: LazyDataset<T>, options: SplitOptions<T>): Map<SplitName, LazyDataset<T>> {
  const of = 'split({ valid, test })';
  checkOptions(options, ['valid', 'test', ...keyNames], {
    of,
    synonyms: { val: 'valid', validation: 'valid', group: 'by', groupBy: 'by', stratifyBy: 'stratify' },
  });
  const { valid = 0, test = 0 } = options;
  for (const share of [valid, test]) requireShare(of, share, valid + test);
  const splits = names.filter((name) => name === 'train' || (options[name] ?? 0) > 0);
  if (splits.length === 1) {
    throw new ForgeError('DATA_INVALID', `${of} names no split.`, {
      about: 'split',
      hint: 'Give shares: split({ valid: 0.1, test: 0.1 }).',
    });
  }
  return divide(source, options, {
    of,
    splits,
    ofHash: (u) => (u < valid ? 1 : u < valid + test ? 2 : 0),
    ofPosition(position, count) {
      const [first, second] = [Math.round(count * valid), Math.round(count * test)];
      return position < first ? 1 : position < first + second ? 2 : 0;
    },
  });
}

/** One fold of a cross-validation: every element is in the validation data of one fold. */
export function kFold<T>(source: LazyDataset<T>, options: FoldOptions<T>): Map<SplitName, LazyDataset<T>> {
  const of = 'kFold({ folds, index })';
  checkOptions(options, ['folds', 'index', ...keyNames], { of, synonyms: { k: 'folds', fold: 'index', group: 'by' } });
  const { folds, index } = options;
  checkCount('The number of folds', folds, 2);
  checkCount('The index of a fold', index, 0);
  if (index >= folds) {
    throw new ForgeError('DATA_INVALID', `There is no fold ${index}: of ${folds} folds the last is ${folds - 1}.`, {
      about: 'index',
    });
  }
  return divide(source, options, {
    of,
    splits: ['train', 'valid'],
    ofHash: (u) => Number(Math.floor(u * folds) === index),
    ofPosition: (position) => Number(position % folds === index),
  });
}

function divide<T>(
  source: LazyDataset<T>,
  { by, stratify, seed = 0 }: KeyOptions<T>,
  sharing: Sharing,
): Map<SplitName, LazyDataset<T>> {
  checkSeed(seed);
  if (by !== undefined && stratify !== undefined) {
    throw new ForgeError('USAGE', `${sharing.of} takes \`by\` or \`stratify\`, not both.`, {
      about: 'stratify',
      hint: 'Keep groups together with `by`, or classes balanced with `stratify`.',
    });
  }
  const random = RandomStream.of(seed, 'split');
  const hashed = (key: string) => sharing.ofHash(random.child(key).float());
  const key = by === undefined ? undefined : keyReader(by, 'by');
  const strata = stratify === undefined ? undefined : keyReader(stratify, 'stratify');
  let sides: Promise<Uint8Array> | undefined;
  const sidesOf = (dataset: IndexedDataset<T>): Promise<Uint8Array> => {
    sides ??= assign(dataset, { key, strata, hashed, sharing, seed }).catch((error: unknown) => {
      sides = undefined;
      throw error;
    });
    return sides;
  };
  const part = async (side: number): Promise<Dataset<T>> => {
    const dataset = await source.open();
    if (dataset instanceof IndexedDataset) return partOf(dataset, await sidesOf(dataset), side);
    if (strata !== undefined) throw needsIndices(sharing.of);
    return streamOf(dataset, side, (element, index) => hashed(key?.of(element, index) ?? String(index)));
  };
  return new Map(sharing.splits.map((name) => [name, new LazyDataset(() => part(names.indexOf(name)))]));
}

interface Assignment<T> {
  readonly key: KeyReader<T> | undefined;
  readonly strata: KeyReader<T> | undefined;
  readonly hashed: (key: string) => number;
  readonly sharing: Sharing;
  readonly seed: number;
}

/** The split of each element, one byte for each. */
async function assign<T>(source: IndexedDataset<T>, { key, strata, hashed, sharing, seed }: Assignment<T>) {
  const sides = new Uint8Array(source.length);
  if (key !== undefined) {
    await eachElement(source, key.columns, (element, index) => {
      sides[index] = hashed(key.of(element, index));
    });
    return sides;
  }
  // Not an epoch of `shuffle`, whose order of the same seed would be the same.
  const order = permutation(source.length, seed, -1);
  const classes = strata === undefined ? undefined : await stratify(source, strata);
  const counts = classes?.counts ?? [source.length];
  const positions = counts.map(() => 0);
  for (const index of order) {
    const stratum = classes?.of[index] ?? 0;
    sides[index] = sharing.ofPosition(positions[stratum]!++, counts[stratum]!);
  }
  return sides;
}

async function stratify<T>(source: IndexedDataset<T>, strata: KeyReader<T>) {
  const numbers = new Map<string, number>();
  const counts: number[] = [];
  const of = new Uint32Array(source.length);
  await eachElement(source, strata.columns, (element, index) => {
    const key = strata.of(element, index);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    of[index] = number;
    counts[number] = (counts[number] ?? 0) + 1;
  });
  return { of, counts };
}

/** Visits elements; where the key is of columns, with these columns at least. */
async function eachElement<T>(
  source: IndexedDataset<T>,
  columns: readonly string[] | undefined,
  visit: (element: T, index: number) => void,
): Promise<void> {
  let index = 0;
  const elements = columns === undefined ? iterate(source, { epoch: 0, skip: 0 }) : rowsWith(source, columns);
  for await (const element of elements) visit(element as T, index++);
}

function partOf<T>(source: IndexedDataset<T>, sides: Uint8Array, side: number): IndexedDataset<T> {
  const indices = new Uint32Array(sides.reduce((count, other) => count + Number(other === side), 0));
  let found = 0;
  for (let index = 0; index < sides.length; index++) if (sides[index] === side) indices[found++] = index;
  return new IndexedDataset(indices.length, (epoch) => reindexed(source.openEpoch(epoch), (index) => indices[index]!));
}

function streamOf<T>(source: Dataset<T>, side: number, sideOf: (element: T, index: number) => number): Dataset<T> {
  return {
    length: undefined,
    async *read({ epoch, skip }) {
      let [index, own] = [0, 0];
      for await (const element of iterate(source, { epoch, skip: 0 })) {
        if (sideOf(element, index++) === side && own++ >= skip) yield element;
      }
    },
  };
}

function requireShare(of: string, share: number, sum: number): void {
  if (typeof share === 'number' && share >= 0 && sum < 1) return;
  throw new ForgeError(
    'DATA_INVALID',
    `${of}: shares are numbers from 0 to 1 that leave some for train, not ${typeof share === 'string' ? JSON.stringify(share) : share}.`,
    {
      about: 'split',
      hint: 'For example split({ valid: 0.1, test: 0.1 }).',
    },
  );
}

function needsIndices(of: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${of}: \`stratify\` needs data with random access, and this is a stream.`, {
    about: 'stratify',
    hint: 'Call .cache() before it, read the file without `stream`, or use `by`.',
  });
}
