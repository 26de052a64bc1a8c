import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elements, fromRows, label, type Row, type TensorData } from '@forge-ml/core';
import { expect } from 'chai';
import { failure } from '../files/collect.test.support.js';
import { chat } from './chat.js';
import { tokenize } from './tokenize.js';
import { fixtures, readJson } from './tokenizer/tokenizer-cases.test.support.js';
import { readTokenizer, Tokenizer } from './tokenizer.js';

const bert = join(fixtures, 'bert-uncased.json');
const numbers = (data: TensorData) => Array.from(elements(data), Number);
const template =
  '{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';

async function batches(dataset: { epoch(epoch: number): AsyncIterable<unknown> }) {
  const all: Record<string, TensorData>[] = [];
  for await (const batch of dataset.epoch(0)) all.push(batch as Record<string, TensorData>);
  return all;
}

describe('tokenize', () => {
  const rows: Row[] = [
    { text: 'They took the', mood: 'good' },
    { text: 'One', mood: 'bad' },
    { text: 'It was the time of the people and of the world', mood: 'good' },
    { text: 'No', mood: 'bad' },
  ];
  const tokenizer = readTokenizer(bert);

  it('makes the arrays that the model reads, padded to the longest of a batch', async () => {
    const data = fromRows(rows)
      .prepare({ text: tokenize(tokenizer), mood: label() })
      .batch(2);
    const [first, second] = await batches(data);
    expect(Object.keys(first!)).to.deep.equal(['input_ids', 'attention_mask', 'token_type_ids', 'mood']);
    expect(first!.input_ids!.dtype).to.equal('int32');
    expect(second!.input_ids!.shape[1]).to.be.above(first!.input_ids!.shape[1]!);
    const length = first!.input_ids!.shape[1]!;
    const one = tokenizer.encode('One').ids;
    expect(numbers(first!.input_ids!).slice(length)).to.deep.equal([
      ...one,
      ...new Array(length - one.length).fill(tokenizer.data.padId),
    ]);
    expect(
      numbers(first!.attention_mask!)
        .slice(length)
        .filter((value) => value === 1),
    ).to.have.length(one.length);
  });

  it('puts texts of similar lengths into a batch, in an order that depends on the seed and the epoch only', async () => {
    const many = fromRows(Array.from({ length: 64 }, (_, at) => ({ text: 'people '.repeat(1 + ((at * 7) % 30)) })));
    const make = () =>
      many
        .prepare({ text: tokenize(tokenizer) })
        .shuffle(3)
        .bucketByLength()
        .batch(4);
    const all = await batches(make());
    const padding = all.reduce(
      (sum, { attention_mask: mask }) => sum + numbers(mask!).filter((one) => one === 0).length,
      0,
    );
    const plain = await batches(
      many
        .prepare({ text: tokenize(tokenizer) })
        .shuffle(3)
        .batch(4),
    );
    const unsorted = plain.reduce(
      (sum, { attention_mask: mask }) => sum + numbers(mask!).filter((one) => one === 0).length,
      0,
    );
    expect(padding).to.be.below(unsorted * 0.8);
    for (const { input_ids: ids } of all) expect(ids!.shape[1]! % 8).to.equal(0);
    expect((await batches(make())).map((batch) => numbers(batch.input_ids!))).to.deep.equal(
      all.map((batch) => numbers(batch.input_ids!)),
    );
  });

  it('encodes pairs, cuts, and names arrays as the batch is to have them', async () => {
    const pairs = fromRows([{ question: 'who was he', answer: 'the first of them all' }]);
    const question = tokenize(tokenizer, { pair: 'answer', maxLength: 8 });
    const [batch] = await batches(pairs.prepare({ question }).batch(1));
    const expected = tokenizer.encode('who was he', { pair: 'the first of them all', maxLength: 8 });
    expect(numbers(batch!.input_ids!)).to.deep.equal(expected.ids);
    expect(numbers(batch!.token_type_ids!)).to.deep.equal(expected.typeIds);
    const two = pairs.prepare({
      question: tokenize(tokenizer, { arrays: { input_ids: 'anchor' } }),
      answer: tokenize(tokenizer, { arrays: { input_ids: 'positive' } }),
    });
    expect(Object.keys((await batches(two.batch(1)))[0]!)).to.deep.equal(['anchor', 'positive']);
  });

  it('cuts one text of a pair, or the beginning of texts, also where tokenizer_config.json says so', async () => {
    const pairs = fromRows([{ question: 'who was he', answer: 'the first of them all' }]);
    const one = { maxLength: 9, truncation: 'only_second', truncationSide: 'left' } as const;
    const [batch] = await batches(
      pairs.prepare({ question: tokenize(tokenizer, { pair: 'answer', ...one }) }).batch(1),
    );
    const pair = 'the first of them all';
    const expected = tokenizer.encode('who was he', { pair, ...one });
    expect(numbers(batch!.input_ids!)).to.deep.equal(expected.ids);
    expect(expected.ids).to.have.length(9);
    const left = new Tokenizer({ ...tokenizer.data, truncationSide: 'left' });
    expect(left.encode('one two', { maxLength: 3 }).ids).to.deep.equal(
      tokenizer.encode('one two', { maxLength: 3, truncationSide: 'left' }).ids,
    );
    const short = tokenize(tokenizer, { pair: 'answer', maxLength: 5, truncation: 'only_first' });
    const error = await failure(() => batches(pairs.prepare({ question: short }).batch(1)));
    expect(error.message).to.contain('row 1 cannot be cut');
  });

  it('pads every text to one length where that is asked', async () => {
    const data = fromRows(rows).prepare({ text: tokenize(tokenizer, { maxLength: 12, pad: true }) });
    for (const batch of await batches(data.batch(2))) expect(batch.attention_mask!.shape).to.deep.equal([2, 12]);
    const [short] = await batches(data.take(1).batch(1));
    expect(numbers(short!.attention_mask!)).to.include(0);
  });

  it('says how many tokens there are', async () => {
    const data = fromRows(rows)
      .split({ valid: 0.5 })
      .prepare({ text: tokenize(tokenizer) });
    await data.train.open();
    expect(data.preparation.size('input_ids')).to.equal(tokenizer.size);
  });

  for (const [title, make, message] of [
    ['a missing file', () => tokenize('/nowhere/tokenizer.json'), 'There is no tokenizer /nowhere/tokenizer.json.'],
    ['a file that is no tokenizer', () => tokenize(join(fixtures, 'lines.json')), 'has no JSON object'],
    ['too short', () => tokenize(tokenizer, { maxLength: 2 }), 'maxLength is 2, and the special tokens alone are 2'],
    ['too short for a pair', () => tokenize(tokenizer, { maxLength: 3, pair: 'b' }), 'the special tokens alone are 3'],
    ['another vocabulary', () => tokenize(tokenizer, { vocabulary: 100 }), 'and the model knows 100'],
    [
      'an unknown way to cut',
      () => tokenize(tokenizer, { truncation: true as never }),
      'truncation is longest_first, only',
    ],
    ['an unknown side', () => tokenize(tokenizer, { truncationSide: 'l' as never }), 'truncationSide is left or right'],
    ['no second text', () => tokenize(tokenizer, { truncation: 'only_second' }), 'with a pair only'],
    ['unknown arrays', () => tokenize(tokenizer, { arrays: ['tokens'] as never }), 'arrays is a list of input_ids'],
    ['no template', () => chat(tokenizer), 'has no chat template'],
    [
      'two arrays of one name',
      () => fromRows([{ a: 'a', b: 'b' }]).prepare({ a: tokenize(tokenizer), b: tokenize(tokenizer) }),
      'two arrays called "input_ids"',
    ],
  ] as const) {
    it(`${title}: an error where it is written`, async () => {
      const error = await failure(async () => make());
      expect(error.code).to.equal('DATA_INVALID');
      expect(error.message).to.contain(message);
    });
  }

  it('a missing column and a number are errors that name row and column', async () => {
    const missing = await failure(() =>
      batches(
        fromRows([{ txt: 'a' }])
          .prepare({ text: tokenize(tokenizer) })
          .batch(1),
      ),
    );
    expect(missing.message).to.contain('no column "text"');
    const number = await failure(() =>
      batches(
        fromRows([{ text: 3 }])
          .prepare({ text: tokenize(tokenizer) })
          .batch(1),
      ),
    );
    expect(number.message).to.contain('Column "text" of row 1 is 3, not a text');
    const pair = tokenize(tokenizer, { pair: 'answer' });
    const half = await failure(() =>
      batches(
        fromRows([{ text: 'a' }])
          .prepare({ text: pair })
          .batch(1),
      ),
    );
    expect(half.message).to.contain('no column "answer"');
  });
});

describe('readTokenizer', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-tokenizer-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('reads the configuration beside it', () => {
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(readJson(fixtures, 'qwen.json')));
    const config = {
      pad_token: { content: '<|endoftext|>' },
      eos_token: '<|im_end|>',
      model_max_length: 128,
      model_input_names: ['input_ids', 'attention_mask'],
      chat_template: [{ name: 'default', template }],
    };
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
    const { data } = readTokenizer(folder);
    expect({ ...data, tokenizer: null }).to.deep.equal({
      tokenizer: null,
      padId: 0,
      inputs: ['input_ids', 'attention_mask'],
      maxLength: 128,
      chatTemplate: template,
      tokens: { pad_token: '<|endoftext|>', eos_token: '<|im_end|>' },
    });
  });
});

describe('readTokenizer of files that do not belong together', () => {
  const folder = mkdtempSync(join(tmpdir(), 'forge-tokenizer-'));
  after(() => rmSync(folder, { recursive: true }));
  const read = (change: object, config: object = {}) => {
    writeFileSync(
      join(folder, 'tokenizer.json'),
      JSON.stringify({ ...readJson<object>(fixtures, 'qwen.json'), ...change }),
    );
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
    return readTokenizer(folder);
  };

  for (const [title, change, config, message] of [
    [
      'a token that only the configuration has',
      {},
      { added_tokens_decoder: { 5000: { content: '<tool>' } } },
      '"<tool>", is not in tokenizer.json',
    ],
    [
      'another id',
      {},
      { added_tokens_decoder: { 7: { content: '<|im_end|>' } } },
      '"<|im_end|>", is 2 in tokenizer.json',
    ],
    ['an unknown model', { model: { type: 'WordLevel', vocab: { a: 0 } } }, {}, 'WordLevel'],
    ['an unknown normalizer', { normalizer: { type: 'ByteLevel' } }, {}, 'normalizer of the type "ByteLevel"'],
    ['an unknown pre-tokenizer', { pre_tokenizer: { type: 'UnicodeScripts' } }, {}, '"UnicodeScripts"'],
    ['an unknown decoder', { decoder: { type: 'Other' } }, {}, 'Other'],
    [
      'a merge of unknown tokens',
      { model: { type: 'BPE', vocab: { a: 0 }, merges: [['a', 'b']] } },
      {},
      'the merge 0 makes "b"',
    ],
    [
      'dropout of merges',
      { model: { type: 'BPE', dropout: 0.1, vocab: { a: 0 }, merges: [] } },
      {},
      'dropout of merges',
    ],
  ] as const) {
    it(`${title}: an error that names it`, async () => {
      const error = await failure(async () => read(change, config));
      expect(error.code).to.equal('DATA_INVALID');
      expect(error.message).to.contain(message);
    });
  }

  it('reads tokens that both files have', () => {
    expect(read({}, { added_tokens_decoder: { 2: { content: '<|im_end|>' } } }).idOf('<|im_end|>')).to.equal(2);
  });
});

describe('chat', () => {
  const tokenizer = readTokenizer(join(fixtures, 'qwen.json'));
  const messages = [
    { role: 'user', content: 'who was he' },
    { role: 'assistant', content: 'the first' },
    { role: 'user', content: 'and then' },
    { role: 'assistant', content: 'no one knows' },
  ];

  it('has labels for the answers only', async () => {
    const data = fromRows([{ messages: JSON.stringify(messages) }]).prepare({
      messages: chat(tokenizer, { template }),
    });
    const [batch] = await batches(data.batch(1));
    const [ids, labels] = [numbers(batch!.input_ids!), numbers(batch!.labels!)];
    expect(tokenizer.decode(ids, { specialTokens: true })).to.equal(
      messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`).join(''),
    );
    const answers = labels.filter((one) => one !== -100);
    expect(tokenizer.decode(answers, { specialTokens: true })).to.equal(
      'the first<|im_end|>\nno one knows<|im_end|>\n',
    );
    // Of each place, the token that follows.
    expect(labels.every((one, at) => one === -100 || one === ids[at + 1])).to.equal(true);
  });

  it('is packed into full sequences, whose labels do not cross from one conversation to the next', async () => {
    const rows = Array.from({ length: 12 }, (_, at) => ({
      messages: JSON.stringify([
        { role: 'user', content: 'go '.repeat(1 + (at % 5)) },
        { role: 'assistant', content: `no ${at}` },
      ]),
    }));
    const prepared = fromRows(rows).prepare({
      messages: chat(tokenizer, {
        template,
        arrays: ['input_ids', 'attention_mask', 'labels', 'position_ids', 'sequence_ids'],
      }),
    });
    const single = await batches(prepared.batch(1));
    const packed = await batches(prepared.pack(128).shuffle(1).batch(1));
    expect(packed.length).to.be.below(single.length / 2);
    const tokens = (all: Record<string, TensorData>[], name: string) => all.flatMap((batch) => numbers(batch[name]!));
    for (const name of ['input_ids', 'labels']) {
      expect(tokens(packed, name).sort()).to.deep.equal(tokens(single, name).sort());
    }
    for (const { input_ids: ids, labels, position_ids: positions, sequence_ids: sequences } of packed) {
      const numbersOf = numbers(sequences!);
      expect(numbersOf[0]).to.equal(1);
      expect(ids!.shape[1]).to.be.at.most(128);
      numbers(positions!).forEach((position, at) => {
        // The first token of a conversation is not to be predicted from the one before it.
        if (position === 0 && at > 0) expect(numbers(labels!)[at - 1]).to.equal(-100);
        if (at > 0) expect(numbersOf[at]! - numbersOf[at - 1]!).to.equal(position === 0 ? 1 : 0);
      });
    }
    const long = await failure(() => batches(prepared.pack(8).batch(1)));
    expect(long.message).to.contain('and pack makes sequences of 8');
    expect((await failure(() => batches(prepared.shuffle(1).pack(128).batch(1)))).message).to.contain('the same order');
  });

  it('has places that count through a packed sequence where its texts see each other', async () => {
    const rows = ['who was he', 'the first'].map((text) => ({ text }));
    const arrays = ['input_ids', 'position_ids'] as const;
    const [batch] = await batches(
      fromRows(rows)
        .prepare({ text: tokenize(tokenizer, { arrays }) })
        .pack(128)
        .batch(1),
    );
    expect(numbers(batch!.position_ids!)).to.deep.equal(numbers(batch!.input_ids!).map((_, at) => at));
  });

  it('pads labels with -100', async () => {
    const rows = [messages.slice(0, 2), messages].map((some) => ({ messages: JSON.stringify(some) }));
    const [batch] = await batches(
      fromRows(rows)
        .prepare({ messages: chat(tokenizer, { template }) })
        .batch(2),
    );
    const length = batch!.labels!.shape[1]!;
    const mask = numbers(batch!.attention_mask!).slice(0, length);
    expect(mask).to.include(0);
    expect(
      numbers(batch!.labels!)
        .slice(0, length)
        .every((one, at) => mask[at] === 1 || one === -100),
    ).to.equal(true);
  });

  it('asks the model to answer where the last message is of the user', async () => {
    const [batch] = await batches(
      fromRows([{ text: 'who' }])
        .prepare({ text: chat(tokenizer, { template }) })
        .batch(1),
    );
    expect(tokenizer.decode(numbers(batch!.input_ids!), { specialTokens: true })).to.equal(
      '<|im_start|>user\nwho<|im_end|>\n<|im_start|>assistant\n',
    );
  });

  it('refuses what is no conversation, naming the row', async () => {
    const prepare = (text: string) =>
      batches(
        fromRows([{ text }])
          .prepare({ text: chat(tokenizer, { template }) })
          .batch(1),
      );
    expect((await failure(() => prepare('[{"content": "a"}]'))).message).to.contain('row 1 is no list of messages');
    const strict = "{{ raise_exception('roles must alternate') }}";
    const refused = fromRows([{ text: 'a' }]).prepare({ text: chat(tokenizer, { template: strict }) });
    expect((await failure(() => batches(refused.batch(1)))).message).to.contain('roles must alternate');
  });
});
