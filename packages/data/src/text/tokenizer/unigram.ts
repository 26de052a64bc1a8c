import type { Config } from './config.js';
import { withParsedScores } from './unigram-scores.js';

/** How far the score of an unknown character is below the lowest of the vocabulary. */
const unknownPenalty = 10;

interface Node {
  readonly pieces: Map<string, Node>;
  /** The score of the piece that ends here. */
  score?: number;
}

/**
 * The Unigram model (Kudo, 2018) as the reference implementation computes it: the most likely pieces of a word, by dynamic
 * programming over its characters. The model of `@huggingface/tokenizers` 0.2.0 compares sums of another order, which decides
 * differently between ways to split that are as likely; and it has no `byte_fallback`.
 * @returns a function from a word to the pieces; neighboring unknown characters are one piece, which is not in the vocabulary
 */
export function unigram(config: Config): (word: string) => string[] {
  const vocab = withParsedScores(config).vocab as readonly (readonly [string, number])[];
  const unknownId = config.unk_id as number | null | undefined;
  const unknownScore = vocab.reduce((least, [, score]) => Math.min(least, score), Number.POSITIVE_INFINITY);
  const root: Node = { pieces: new Map() };
  for (const [piece, score] of vocab) {
    let node = root;
    for (const char of piece) {
      const next: Node = node.pieces.get(char) ?? { pieces: new Map() };
      node.pieces.set(char, next);
      node = next;
    }
    node.score = score;
  }
  const unknown = unknownId === null || unknownId === undefined ? undefined : vocab[unknownId]?.[0];
  return (word) => {
    const chars = Array.from(word);
    const starts = bestStarts(chars, root, unknownScore - unknownPenalty);
    const pieces: string[] = [];
    let unknowns = '';
    for (let end = chars.length; end > 0; ) {
      const { start, isUnknown } = starts[end]!;
      const piece = chars.slice(start, end).join('');
      end = start;
      if (isUnknown || piece === unknown) {
        unknowns = piece + unknowns;
        continue;
      }
      if (unknowns !== '') pieces.push(unknowns);
      unknowns = '';
      pieces.push(piece);
    }
    if (unknowns !== '') pieces.push(unknowns);
    return pieces.reverse();
  };
}

/** Of each end of a piece, where the piece starts that the most likely split up to there ends with. */
function bestStarts(chars: readonly string[], root: Node, unknownScore: number) {
  const best: ({ readonly start: number; readonly score: number; readonly isUnknown: boolean } | undefined)[] =
    new Array(chars.length + 1);
  for (let start = 0; start < chars.length; start++) {
    const before = best[start]?.score ?? 0;
    const offer = (end: number, more: number, isUnknown: boolean) => {
      const score = more + before;
      if (best[end] === undefined || score > best[end].score) best[end] = { start, score, isUnknown };
    };
    let node: Node | undefined = root;
    let hasSingle = false;
    for (let end = start; end < chars.length; end++) {
      node = node.pieces.get(chars[end]!);
      if (node === undefined) break;
      if (node.score === undefined) continue;
      offer(end + 1, node.score, false);
      hasSingle ||= end === start;
    }
    if (!hasSingle) offer(start + 1, unknownScore, true);
  }
  return best as readonly { readonly start: number; readonly isUnknown: boolean }[];
}
