import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { differingLines, fixtures, fixtureTokenizer, tokenizerNames } from './tokenizer-cases.test.support.js';

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

  it('cuts pairs as the reference: of two that are longer than the whole, the second keeps one more', () => {
    const tokenizer = fixtureTokenizer('bert-cased');
    const kept = (first: number, second: number) => {
      const { typeIds } = tokenizer.encode(' the'.repeat(first), { pair: ' the'.repeat(second), maxLength: 24 });
      return [typeIds.filter((type) => type === 0).length - 2, typeIds.filter((type) => type === 1).length - 1];
    };
    expect([kept(50, 40), kept(40, 50), kept(25, 22), kept(22, 30)]).to.deep.equal([
      [10, 11],
      [10, 11],
      [11, 10],
      [10, 11],
    ]);
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

  for (const name of tokenizerNames) {
    it(`${name}: ${count} odd lines and as many single characters, alone, as pairs and cut, are equal`, () => {
      expect(differingLines(folder, name)).to.deep.equal([]);
    });
  }
});
