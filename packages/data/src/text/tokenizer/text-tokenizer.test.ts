import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type EncodeOptions, TextTokenizer } from './text-tokenizer.js';
import {
  differingLines,
  fixtures,
  fixtureTokenizer,
  tokenizerNames,
  tokenizersIn,
} from './tokenizer-cases.test.support.js';

describe('TextTokenizer', () => {
  for (const name of tokenizerNames) {
    it(`${name}: odd lines, alone, as pairs and cut, are encoded as by Python's tokenizers`, () => {
      expect(differingLines(fixtures, name)).to.deep.equal([]);
    });
  }

  it('does not find an added token inside of a word that may only have it as a word', () => {
    const tokenizer = fixtureTokenizer('bert-cased');
    const added = tokenizer.idOf('newword')!;
    expect(tokenizer.encode('a newword.').ids).to.include(added);
    expect(tokenizer.encode('a newwords').ids).to.not.include(added);
  });

  describe('cut pairs', () => {
    const words = (count: number, lengths: readonly number[]) =>
      lengths.map((length) => 'ab'[count]!.repeat(length)).join(' ');
    const tokenizer = new TextTokenizer({
      model: {
        type: 'WordPiece',
        vocab: { a: 0, '##a': 1, b: 2, '##b': 3, '[UNK]': 4 },
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
      },
      pre_tokenizer: { type: 'WhitespaceSplit' },
    });
    const kept = (first: readonly number[], second: readonly number[], options: EncodeOptions = {}) => {
      const { typeIds } = tokenizer.encode(words(0, first), { pair: words(1, second), maxLength: 7, ...options });
      return [typeIds.filter((type) => type === 0).length, typeIds.filter((type) => type === 1).length];
    };

    it('compares lengths up to the word in which they reach the maximum, as the reference', () => {
      // What Python's tokenizers 0.23 keeps.
      expect(kept([3, 3, 3, 3], [3, 3, 3, 3])).to.deep.equal([3, 4]);
      expect(kept([3, 3, 3, 3], [4, 4, 4])).to.deep.equal([4, 3]);
      expect(kept([5, 2, 2], [5, 9])).to.deep.equal([3, 4]);
      expect(kept([7, 7], [1, 1, 1, 1, 1])).to.deep.equal([4, 3]);
      expect(kept([9, 5], [7, 7], { truncationSide: 'left' })).to.deep.equal([4, 3]);
      expect(kept([5, 9], [4, 4, 4], { truncationSide: 'left' })).to.deep.equal([4, 3]);
    });

    it('cuts one text, at either end, or says that it is too short', () => {
      expect(kept([6], [3], { truncation: 'only_first' })).to.deep.equal([4, 3]);
      expect(kept([3], [6], { truncation: 'only_second' })).to.deep.equal([3, 4]);
      expect(tokenizer.encode('a b a', { maxLength: 2, truncationSide: 'left' }).ids).to.deep.equal([2, 0]);
      expect(() => kept([3], [6, 6], { truncation: 'only_first' })).to.throw(
        'cannot be cut by 8 tokens with only_first',
      );
      expect(() => tokenizer.encode('aa', { maxLength: 1, truncation: 'only_second' })).to.throw(
        'without a second one',
      );
    });
  });

  it('drops unknown characters where there is no token for them, and joins the prefix of later parts', () => {
    const bpe = (model: object) => new TextTokenizer({ model: { type: 'BPE', ...model } });
    expect(bpe({ vocab: { a: 0, b: 1 }, merges: [] }).encode('axb').ids).to.deep.equal([0, 1]);
    const prefixed = { vocab: { a: 0, '##b': 1, ab: 2 }, merges: [['a', '##b']], continuing_subword_prefix: '##' };
    expect(bpe(prefixed).encode('ab').ids).to.deep.equal([2]);
  });

  it('finds special tokens before added ones, and not twice in spaces that a token takes', () => {
    const vocab = { a: 0, b: 1, '[UNK]': 2 };
    const tokenizer = new TextTokenizer({
      model: { type: 'WordPiece', vocab, unk_token: '[UNK]', continuing_subword_prefix: '##' },
      pre_tokenizer: { type: 'WhitespaceSplit' },
      added_tokens: [
        { id: 3, content: 'ab<s>', normalized: true },
        { id: 4, content: '<s>', special: true, normalized: false },
        { id: 5, content: 'aa', rstrip: true, normalized: false },
        { id: 6, content: ' b', normalized: false },
        { id: 7, content: '  ', normalized: false },
      ],
    });
    expect(tokenizer.encode('ab<s>').ids).to.deep.equal([2, 4]);
    expect(tokenizer.encode('aa bb b').ids).to.deep.equal([5, 6, 1, 6]);
    expect(tokenizer.encode('aa  a').ids).to.deep.equal([5, 0]);
  });

  it('writes unknown text of a Unigram model as bytes', () => {
    const vocab = [
      ['<unk>', 0],
      ['a', -1],
      ['<0xC3>', -9],
      ['<0xA9>', -9],
    ];
    const model = { type: 'Unigram', unk_id: 0, vocab };
    expect(new TextTokenizer({ model }).encode('aéé').ids).to.deep.equal([1, 0]);
    expect(new TextTokenizer({ model: { ...model, byte_fallback: true } }).encode('aé').ids).to.deep.equal([1, 2, 3]);
  });

  it('decodes what it has encoded, with or without special tokens', () => {
    const tokenizer = fixtureTokenizer('gpt2');
    const text = 'They took the café — 漢字 👍';
    const { ids } = tokenizer.encode(`${text}<|endoftext|>`);
    expect(tokenizer.decode(ids)).to.equal(text);
    expect(tokenizer.decode(ids, { specialTokens: true })).to.equal(`${text}<|endoftext|>`);
    expect(tokenizer.decode([])).to.equal('');
  });
});

describe("TextTokenizer beside Python's tokenizers", function () {
  this.timeout(900_000);
  const python = process.env.FORGE_TOKENIZERS_PYTHON;
  const reason =
    python === undefined
      ? 'FORGE_TOKENIZERS_PYTHON names no Python with tokenizers 0.23'
      : spawnSync(python, ['-c', 'import tokenizers'], { encoding: 'utf8' }).stderr.trim().split('\n').at(-1);
  if (reason) {
    it(`is skipped: ${reason}`);
    return;
  }

  const count = process.env.FORGE_TOKENIZERS_LINES ?? '10000';
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-tokenizers-'));
    execFileSync(python!, [join(fixtures, '../make-tokenizers.py'), folder, count]);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const name of ['the tokenizers', 'variants']) {
    it(`${name}: of ${count} odd lines and as many single characters, none is encoded in another way`, () => {
      const within = name === 'variants' ? join(folder, name) : folder;
      const differing = tokenizersIn(within).map(
        (tokenizer) => [tokenizer, differingLines(within, tokenizer)] as const,
      );
      expect(differing.filter(([, lines]) => lines.length > 0)).to.deep.equal([]);
    });
  }
});
