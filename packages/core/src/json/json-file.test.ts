import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readJson } from './json-file.js';
import { decodeNumber, encodeNumber } from './json-number.js';
import { JsonProblem, parseStrictJson, placeIn, type StrictJson } from './strict-json.js';
import { writeJson } from './write-json.js';

const notes = { what: 'run file', code: 'RUN_INVALID' } as const;

describe('JSON files', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-json-'));
    path = join(folder, 'run.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const refusal = (maxBytes = 1000): Promise<unknown> =>
    readJson(path, { ...notes, maxBytes }).then(
      () => expect.fail('should have failed'),
      (error: unknown) => error,
    );

  it('are read as written, with NaN and infinities as strings', async () => {
    await writeJson(path, { a: [1, Number.NaN, { b: -Infinity }], text: 'NaN is text here' });
    expect(await readJson(path, notes)).to.deep.equal({ a: [1, 'NaN', { b: '-Infinity' }], text: 'NaN is text here' });
  });

  for (const [title, content, problem] of [
    ['cut off', '{"a": 1', 'is not valid JSON: expected "," or "}", found the end (line 1, column 8)'],
    ['empty', '', 'is not valid JSON: expected a value, found the end (line 1, column 1)'],
    [
      'wrong in a later line',
      '{\n  "a": 1,\n}',
      'is not valid JSON: expected a key in quotes, found "}" (line 3, column 1)',
    ],
    ['holding NaN', '{"a": NaN}', 'is not valid JSON: expected a value, found "N" (line 1, column 7)'],
    ['a list', '[1]', 'does not hold a JSON object'],
    ['null', 'null', 'does not hold a JSON object'],
    ['no text', new Uint8Array([0x7b, 0xff, 0x7d]), 'is not UTF-8 text'],
    ['too large', ' '.repeat(1001), 'has 1001 bytes, more than the maximum of 1000'],
  ] as const) {
    it(`${title}: refused with the position`, async () => {
      await writeFile(path, content);
      expect(await refusal()).to.include({ code: 'RUN_INVALID', message: `The run file ${path} ${problem}.` });
    });
  }

  it('deeply nested: refused before it is walked', async () => {
    await writeFile(path, `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(await readJson(path, notes).catch((error: Error) => error.message)).to.match(
      /is not valid JSON: nested deeper than 64 levels \(line 1, column 69\)\.$/,
    );
    await writeFile(path, JSON.stringify({ text: '[{"['.repeat(100) }));
    expect(await readJson(path, notes)).to.have.property('text');
  });

  it('with a duplicate key: refused if strict', async () => {
    await writeFile(path, '{"a":1,"b":{"a":1,"a":2}}');
    expect(await readJson(path, notes)).to.deep.equal({ a: 1, b: { a: 2 } });
    const refused = await readJson(path, { ...notes, strict: true }).catch((error: Error) => error.message);
    expect(refused).to.match(/duplicate key "a" \(line 1, column 19\)\.$/);
  });

  it('a link: refused with `link: refuse`', async () => {
    await writeFile(join(folder, 'other.json'), '{}');
    await symlink(join(folder, 'other.json'), path);
    expect(await readJson(path, notes)).to.deep.equal({});
    const refused = await readJson(path, { ...notes, link: 'refuse' }).catch((error: Error) => error.message);
    expect(refused).to.equal(`The run file ${path} is a link.`);
  });

  it('missing: a file system error that names the file', async () => {
    expect(await refusal()).to.include({
      code: 'FILE_SYSTEM',
      message: `Cannot read the run file ${path}: it does not exist.`,
    });
  });

  it('encode every number', () => {
    for (const value of [0, 1.5, -3, Number.NaN, Infinity, -Infinity]) {
      expect(decodeNumber(JSON.parse(JSON.stringify(encodeNumber(value))))).to.deep.equal(value);
    }
    for (const value of ['nan', '1', '', null, undefined, {}]) expect(decodeNumber(value)).to.equal(undefined);
  });
});

describe('strict JSON', () => {
  const plain = (value: StrictJson): unknown => {
    if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
    return Array.isArray(value) ? value.map(plain) : value;
  };

  it('agrees with JSON.parse on valid text', () => {
    for (const text of [
      '{}',
      ' [ ] ',
      '"a\\u00e9\\n\\"\\\\"',
      '[-0.5e+3, 0, -1, 1E2, true, false, null, ""]',
      '{"a":{"b":[{"c":"\u2028"}]},"2":1,"1":2}\n',
    ]) {
      expect(plain(parseStrictJson(text))).to.deep.equal(JSON.parse(text));
    }
  });

  it('refuses what JSON.parse refuses', () => {
    for (const text of [
      '',
      '{',
      '[1,]',
      '{"a"}',
      '{a:1}',
      '01',
      '1.',
      '+1',
      '.5',
      '"a',
      '"\\x"',
      '"\\u12"',
      '"\n"',
      '1 2',
      "'a'",
      'tru',
      '\ufeff{}',
      '"\\',
    ]) {
      expect(() => JSON.parse(text), text).to.throw();
      expect(() => parseStrictJson(text), text).to.throw(JsonProblem);
    }
  });

  it('refuses duplicate keys and deep nesting, naming the position', () => {
    expect(() => parseStrictJson('{"a": 1, "\\u0061": 2}')).to.throw(JsonProblem, 'duplicate key "a"');
    expect(() => parseStrictJson('['.repeat(100_000))).to.throw(JsonProblem, 'nested deeper than 32 levels');
    expect(placeIn('ab\ncd', 4)).to.equal('line 2, column 2');
  });

  it('keeps the order of keys and treats __proto__ as a key', () => {
    const value = parseStrictJson('{"b": 1, "10": 2, "9": 3, "__proto__": {"x": 1}}') as ReadonlyMap<
      string,
      StrictJson
    >;
    expect([...value.keys()]).to.deep.equal(['b', '10', '9', '__proto__']);
    expect(({} as Record<string, unknown>).x).to.equal(undefined);
  });
});
