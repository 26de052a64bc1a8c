import type { Config } from './config.js';
import { Heap } from './heap.js';

/** A part of a word, in a list in the order of the word. */
interface Symbol {
  id: number;
  before: Symbol | undefined;
  after: Symbol | undefined;
  isGone: boolean;
  readonly at: number;
}

interface Merge {
  readonly rank: number;
  readonly left: Symbol;
  readonly to: number;
}

/** Longer words are not kept, and not more of them than that. */
const cached = { length: 256, words: 10_000 };

/**
 * The BPE model (Sennrich et al., 2016) as the reference implementation computes it. That of `@huggingface/tokenizers` 0.2.0
 * ignores `continuing_subword_prefix`, gives unknown characters an id where there is no `unk_token`, and joins unknown
 * characters of neighboring words with `fuse_unk`.
 * @returns a function from a word to the ids of its tokens
 */
export function bpe(config: Config): (word: string) => readonly number[] {
  const vocab = new Map(Object.entries(config.vocab as Readonly<Record<string, number>>));
  const prefix = (config.continuing_subword_prefix as string | null | undefined) ?? '';
  const suffix = (config.end_of_word_suffix as string | null | undefined) ?? '';
  const unknown = vocab.get((config.unk_token as string | null | undefined) ?? '');
  const merges = mergesOf(config, vocab, prefix);
  const symbolIds = (word: string): number[] => {
    const ids: number[] = [];
    let pending = false;
    const chars = Array.from(word);
    for (const [at, char] of chars.entries()) {
      const symbol = `${at === 0 ? '' : prefix}${char}${at === chars.length - 1 ? suffix : ''}`;
      const id = vocab.get(symbol);
      const bytes = id === undefined && config.byte_fallback === true ? bytesOf(symbol, vocab) : undefined;
      if (bytes !== undefined) {
        // As in the reference, an unknown character before these bytes comes after them.
        ids.push(...bytes);
      } else if (id !== undefined) {
        if (pending) ids.push(unknown!);
        pending = false;
        ids.push(id);
      } else if (unknown !== undefined) {
        if (pending && config.fuse_unk !== true) ids.push(unknown);
        pending = true;
      }
    }
    if (pending) ids.push(unknown!);
    return ids;
  };
  const known = new Map<string, readonly number[]>();
  return (word) => {
    const whole = config.ignore_merges === true ? vocab.get(word) : undefined;
    if (whole !== undefined) return [whole];
    const found = known.get(word);
    if (found !== undefined) return found;
    const ids = merged(symbolIds(word), merges);
    if (known.size >= cached.words) known.clear();
    if (word.length <= cached.length) known.set(word, ids);
    return ids;
  };
}

type Merges = ReadonlyMap<number, ReadonlyMap<number, { readonly rank: number; readonly to: number }>>;

/** The merges by the ids of their two parts. Later ones replace earlier ones of the same parts. */
function mergesOf(config: Config, vocab: ReadonlyMap<string, number>, prefix: string): Merges {
  const merges = new Map<number, Map<number, { rank: number; to: number }>>();
  const list = config.merges as readonly (string | readonly [string, string])[];
  list.forEach((merge, rank) => {
    const [left, right] = (typeof merge === 'string' ? merge.split(' ', 2) : merge) as [string, string];
    const ids = [left, right, left + right.slice(prefix.length)].map((token) => {
      const id = vocab.get(token);
      if (id === undefined) throw new Error(`the merge ${rank} makes "${token}", which is not in the vocabulary`);
      return id;
    }) as [number, number, number];
    const ofLeft = merges.get(ids[0]) ?? new Map();
    merges.set(ids[0], ofLeft.set(ids[1], { rank, to: ids[2] }));
  });
  return merges;
}

/** Merges the pair of the lowest rank, of several the first, until none is left. */
function merged(ids: readonly number[], merges: Merges): readonly number[] {
  if (ids.length < 2) return ids;
  const heap = new Heap<Merge>((a, b) => a.rank - b.rank || a.left.at - b.left.at);
  const offer = (left: Symbol | undefined) => {
    const merge = left?.after === undefined ? undefined : merges.get(left.id)?.get(left.after.id);
    if (merge !== undefined) heap.push({ ...merge, left: left! });
  };
  const symbols = ids.map((id, at): Symbol => ({ id, at, before: undefined, after: undefined, isGone: false }));
  symbols.forEach((symbol, at) => {
    symbol.before = symbols[at - 1];
    symbol.after = symbols[at + 1];
  });
  for (const symbol of symbols) offer(symbol);
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) {
    const { left, to } = next;
    const right = left.after;
    // Another merge has changed the pair.
    if (left.isGone || right === undefined || merges.get(left.id)?.get(right.id)?.to !== to) continue;
    left.id = to;
    left.after = right.after;
    right.isGone = true;
    if (right.after !== undefined) right.after.before = left;
    offer(left.before);
    offer(left);
  }
  return symbols.filter(({ isGone }) => !isGone).map(({ id }) => id);
}

/** The tokens of the bytes of a text, `<0x0A>`; undefined if one is missing. */
export function bytesOf(text: string, vocab: ReadonlyMap<string, number>): number[] | undefined {
  const ids = Array.from(Buffer.from(text), (byte) =>
    vocab.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  );
  return ids.includes(undefined) ? undefined : (ids as number[]);
}
