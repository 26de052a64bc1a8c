import { checkCount } from '../check.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset, type IndexedEpoch } from '../indexed.js';
import { iterate } from '../iterate.js';

/** Source epochs reserved for one endless epoch; the next epoch starts after them. */
const endlessStride = 2 ** 16;

/** One epoch is `times` passes over the source: pass r of epoch e is the source's epoch e × times + r. */
export function repeat<T>(source: Dataset<T>, times = Number.POSITIVE_INFINITY): Dataset<T> {
  if (times !== Number.POSITIVE_INFINITY) checkCount('The number of passes', times, 1);
  const stride = times === Number.POSITIVE_INFINITY ? endlessStride : times;
  // Nested repeats could exceed the safe integers; such epochs wrap around to 0.
  const epochs = Math.max(1, Math.floor(2 ** 52 / stride));
  const sourceEpoch = (epoch: number, pass: number): number => (epoch % epochs) * stride + pass;
  if (source.length === 0) return source;
  if (source instanceof IndexedDataset) {
    return new IndexedDataset<T>(source.length * times, (epoch) =>
      joined(source.length, (pass) => source.openEpoch(sourceEpoch(epoch, pass))),
    );
  }
  return {
    length: source.length === undefined ? undefined : source.length * times,
    async *read({ epoch, skip }) {
      // Whole passes are skipped if their length is known, otherwise read and counted.
      let pass = source.length ? Math.floor(skip / source.length) : 0;
      let jump = source.length ? skip % source.length : 0;
      let discard = source.length ? 0 : skip;
      for (; pass < times; pass++) {
        let empty = true;
        for await (const element of iterate(source, { epoch: sourceEpoch(epoch, pass), skip: jump })) {
          empty = false;
          if (discard > 0) discard--;
          else yield element;
        }
        if (empty) return;
        jump = 0;
      }
    },
  };
}

/** Concatenates passes of `length` elements each, opened lazily. */
function joined<T>(length: number, open: (pass: number) => IndexedEpoch<T>): IndexedEpoch<T> {
  const opened = new Map<number, IndexedEpoch<T>>();
  let latest = 0;
  let inOrder = true;
  const passOf = (index: number): IndexedEpoch<T> => {
    const pass = Math.floor(index / length);
    const known = opened.get(pass);
    if (known !== undefined) return known;
    // Sequential reading needs only the current pass; random access (a shuffle follows) needs all of them.
    inOrder &&= pass >= latest;
    if (inOrder) opened.clear();
    latest = pass;
    const epoch = open(pass);
    opened.set(pass, epoch);
    return epoch;
  };
  const first = passOf(0);
  const { rows } = first;
  return {
    at: (index) => passOf(index).at(index % length),
    rows: rows && { table: rows.table, rowOf: (index) => passOf(index).rows!.rowOf(index % length) },
    dependsOnEpoch: () => first.dependsOnEpoch(),
  };
}
