import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { huggingFaceFiles } from '../hugging-face-files.js';
import { fixtures, readJson } from '../tokenizer/tokenizer-cases.test.support.js';
import { Tokenizer } from '../tokenizer.js';
import { readTokenizerFiles } from '../tokenizer-files.js';

interface Case {
  readonly name: string;
  readonly change: object;
  readonly config: object;
  readonly tokens: object | null;
  readonly padId: number | null;
  readonly maxLength: number | null;
  readonly size: number;
  readonly left: boolean;
  readonly ids: readonly (readonly number[])[];
  readonly cut: readonly (readonly number[])[];
  readonly decoded: readonly (readonly [all: string, plain: string])[];
}

const { lines, cases } = readJson<{ lines: readonly string[]; cases: readonly Case[] }>(
  fixtures,
  '../tokenizer-options.json',
);

describe('options of tokenizer_config.json', () => {
  const folder = mkdtempSync(join(tmpdir(), 'forge-tokenizer-'));
  after(() => rmSync(folder, { recursive: true }));
  const read = ({ name, change, config, tokens }: Pick<Case, 'name' | 'change' | 'config' | 'tokens'>) => {
    const model = readJson<object>(fixtures, `${name}.json`);
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...model, ...change }));
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
    rmSync(join(folder, 'special_tokens_map.json'), { force: true });
    if (tokens !== null) writeFileSync(join(folder, 'special_tokens_map.json'), JSON.stringify(tokens));
    const ignored: string[] = [];
    const data = readTokenizerFiles(folder, undefined, (message) => ignored.push(message));
    return { tokenizer: new Tokenizer(data), ignored };
  };

  for (const one of cases) {
    it(`${one.name}, ${JSON.stringify(one.config)}: as AutoTokenizer reads it`, () => {
      const { tokenizer } = read(one);
      expect(lines.map((line) => tokenizer.encode(line).ids)).to.deep.equal(one.ids);
      expect(lines.map((line) => tokenizer.encode(line, { maxLength: 4 }).ids)).to.deep.equal(one.cut);
      const decoded = one.ids.map((ids) => [tokenizer.decode(ids, { specialTokens: true }), tokenizer.decode(ids)]);
      expect(decoded).to.deep.equal(one.decoded);
      if (one.padId !== null) expect(tokenizer.data.padId).to.equal(one.padId);
      expect(tokenizer.data.maxLength).to.equal(one.maxLength);
      expect(tokenizer.data.truncationSide === 'left').to.equal(one.left);
      expect(tokenizer.size).to.equal(one.size);
    });
  }

  const plain = { change: {}, tokens: null };
  for (const [name, config, ignored] of [
    ['gpt2', { add_eos_token: true, eos_token: '<|endoftext|>' }, 'add_eos_token: true'],
    ['llama2', { add_bos_token: false }, 'add_bos_token: false'],
    ['bert-cased', { do_lower_case: true }, 'do_lower_case: true'],
    ['bert-cased', { strip_accents: true }, 'strip_accents: true'],
    ['bert-cased', { tokenize_chinese_chars: false }, 'tokenize_chinese_chars: false'],
    ['gpt2', { add_prefix_space: true }, 'add_prefix_space: true'],
    ['gpt2', { padding_side: 'left' }, 'padding_side: "left"'],
  ] as const) {
    it(`${name}, ${JSON.stringify(config)}: says that it has no effect, which it has not in AutoTokenizer`, () => {
      const found = read({ ...plain, name, config }).ignored;
      expect(found).to.have.length(1);
      expect(found[0]).to.contain(`tokenizer_config.json: ${ignored} has no effect`);
    });
  }

  it('says nothing of options that tokenizer.json follows', () => {
    for (const [name, config] of [
      [
        'bert-uncased',
        { do_lower_case: true, strip_accents: null, tokenize_chinese_chars: true, padding_side: 'right' },
      ],
      ['bert-uncased', { tokenizer_class: 'BertTokenizer', do_lower_case: false }],
      [
        'llama2',
        { add_bos_token: true, bos_token: '<s>', add_eos_token: false, add_prefix_space: true, legacy: false },
      ],
      ['gpt2', { add_prefix_space: false, add_bos_token: false, bos_token: '<|endoftext|>' }],
      ['xlm-roberta', { add_prefix_space: true, add_bos_token: true, add_eos_token: true, eos_token: '</s>' }],
    ] as const) {
      expect(read({ ...plain, name, config }).ignored, name).to.deep.equal([]);
    }
  });

  it('refuses an unknown truncation_side, and tokens that are others in tokenizer.json', () => {
    expect(() => read({ ...plain, name: 'gpt2', config: { truncation_side: 'middle' } })).to.throw('is "middle"');
    const config = { added_tokens_decoder: { 5000: { content: '<tool>' } } };
    expect(() => read({ ...plain, name: 'qwen', config })).to.throw('"<tool>", is not in tokenizer.json');
  });

  it('an exported tokenizer encodes as the one of the run, also where its class has usual options', () => {
    const config = { tokenizer_class: 'PreTrainedTokenizerFast', split_special_tokens: true };
    const { data } = read({ ...plain, name: 'bert-cased', config }).tokenizer;
    const exported = huggingFaceFiles({ tokenizer: data, maxLength: 16, arrays: {}, pad: false, pair: 'b' });
    for (const [name, text] of Object.entries(exported)) writeFileSync(join(folder, name), text);
    const again = new Tokenizer(readTokenizerFiles(folder));
    const encoded = (tokenizer: Tokenizer) => lines.map((pair) => tokenizer.encode('Ünder [SEP]', { pair }));
    expect(JSON.parse(exported['tokenizer_config.json']!)).to.include({ tokenizer_class: 'BertTokenizer' });
    expect(encoded(again)).to.deep.equal(encoded(new Tokenizer(data)));
  });
});
