import { checkCount } from './check.js';
import type { Dataset } from './dataset.js';
import { IndexedDataset, type IndexedEpoch } from './indexed.js';
import { iterate } from './iterate.js';

/** An epoch of endless passes has this many of the source's epochs to itself before the next epoch's begin. */
const endlessStride = 2 ** 16;

/** One epoch is `times` passes over the source: pass r of epoch e is the source's epoch e × times + r. */
export function repeat<T>(source: Dataset<T>, times = Number.POSITIVE_INFINITY): Dataset<T> {
  if (times !== Number.POSITIVE_INFINITY) checkCount('The number of passes', times, 1);
  const stride = times === Number.POSITIVE_INFINITY ? endlessStride : times;
  // Repeats of repeats could count past what a number holds exactly; epochs that far off begin again at 0.
  const epochs = Math.max(1, Math.floor(2 ** 52 / stride));
  const sourceEpoch = (epoch: number, pass: number): number => (epoch % epochs) * stride + pass;
  if (source.length === 0) return source;
  if (source instanceof IndexedDataset) {
    return new IndexedDataset<T>(source.length * times, (epoch) =>
      joined(source.length, (pass) => source.open(sourceEpoch(epoch, pass))),
    );
  }
  return {
    length: source.length === undefined ? undefined : source.length * times,
    async *read({ epoch, skip }) {
      // Whole passes are stepped over where their length is known, and read to be counted where it is not.
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

/** Passes of `length` elements each, end to end, each opened when it is first reached. */
function joined<T>(length: number, open: (pass: number) => IndexedEpoch<T>): IndexedEpoch<T> {
  const opened = new Map<number, IndexedEpoch<T>>();
  let latest = 0;
  let inOrder = true;
  const passOf = (index: number): IndexedEpoch<T> => {
    const pass = Math.floor(index / length);
    const known = opened.get(pass);
    if (known !== undefined) return known;
    // Read in order, only the present pass is worth keeping; read at random (a shuffle follows), all of them are.
    inOrder &&= pass >= latest;
    if (inOrder) opened.clear();
    latest = pass;
    const fresh = open(pass);
    opened.set(pass, fresh);
    return fresh;
  };
  const { rows } = passOf(0);
  return {
    at: (index) => passOf(index).at(index % length),
    rows: rows && { table: rows.table, rowOf: (index) => passOf(index).rows!.rowOf(index % length) },
  };
}
