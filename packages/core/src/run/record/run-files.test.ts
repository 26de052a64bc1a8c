import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeJson } from '../../json/write-json.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { readRunFlags, writeRunFlags } from './flags-file.js';
import { readRunRecord } from './read-run-record.js';
import type { RunRecord } from './run-record.js';

const valid: RunRecord = {
  formatVersion: 2,
  experiment: 'mnist',
  number: 1,
  status: 'completed',
  created: '2030-01-01T00:00:00.000Z',
  ended: null,
  reason: null,
  command: ['forge', 'train'],
  directory: '/project',
  process: { host: 'here', pid: 1, startTime: 1 },
  host: { cpus: 2 },
  versions: { node: '20.0.0' },
  backend: { name: 'toy', package: 'toy-plugin', version: '1.0.0' },
  engine: { backend: 'toy', engine: 'plain', device: 'cpu', versions: {}, settings: {}, warnings: [] },
  git: null,
  batch: { x: { dtype: 'float32', shape: [4, 2] } },
  step: 3,
  epoch: 0,
  metrics: { train: { loss: 1 } },
  resumes: [],
  directions: { 'valid.loss': 'min' },
  best: { valid: { loss: { value: 0.5, step: 2 } } },
  code: 'stored',
  sweep: null,
};

describe('run.json', () => {
  const folder = useTemporaryFolder();
  const read = async (content: object) => {
    await writeJson(join(folder(), 'run.json'), content);
    return readRunRecord(folder());
  };

  it('survives a round trip', async () => {
    expect(await read(valid)).to.deep.equal(valid);
    const more = {
      ...valid,
      ended: valid.created,
      reason: 'x',
      git: { commit: null, branch: null, dirty: true, omitted: [] },
    };
    expect(await read({ ...more, somethingNewer: 1 })).to.include({ reason: 'x' });
  });

  it('of version 1 is read as the current version', async () => {
    const { directions, code, sweep, best, ...old } = valid;
    expect(await read({ ...old, formatVersion: 1 })).to.deep.equal({
      ...old,
      directions: {},
      code,
      sweep,
      formatVersion: 2,
    });
  });

  it('decodes NaN and ±Infinity to numbers', async () => {
    const metrics = { valid: { loss: Number.NaN, perplexity: Number.POSITIVE_INFINITY, accuracy: 0 } };
    expect((await read({ ...valid, metrics })).metrics).to.deep.equal(metrics);
    const best = { valid: { loss: { value: Number.POSITIVE_INFINITY, step: 1 }, accuracy: { value: 0.5, step: 2 } } };
    expect((await read({ ...valid, best })).best).to.deep.equal(best);
  });

  const array = (change: object) => ({ x: { dtype: 'float32', shape: [4, 2], ...change } });
  const wrong: Record<keyof RunRecord, readonly unknown[]> = {
    formatVersion: [undefined, 0, 3, '1'],
    experiment: [undefined, 3],
    number: [undefined, '1', -1, 1.5],
    status: [undefined, 'crashed', 3],
    created: [undefined, 3],
    ended: [undefined, 3],
    reason: [undefined, {}],
    command: [undefined, 'forge', [1]],
    directory: [undefined, null],
    process: [
      undefined,
      null,
      { host: 'here' },
      { pid: 1 },
      { host: 'here', pid: 'x' },
      { host: 'here', pid: 1 },
      { host: 'here', pid: 1, startTime: 1, birth: 3 },
    ],
    host: [undefined, [], 'here', { hostname: {} }],
    versions: [undefined, null, { node: 20 }],
    backend: [undefined, { name: 'toy' }, { package: 'toy-plugin' }],
    engine: [undefined, {}, { engine: 'plain' }, { engine: 'plain', versions: {}, settings: { threads: [] } }],
    git: [undefined, 'main', [], { commit: 1, branch: null, omitted: [] }, { commit: null, branch: null }],
    batch: [undefined, [], { x: null }, array({ shape: 4 }), array({ shape: ['a'] }), array({ dtype: 'float31' })],
    memory: [null, 1, {}, { total: 1 }, { total: '1', parts: {} }, { total: 1, parts: { weights: 'x' } }],
    step: [undefined, -1, '3'],
    epoch: [undefined, 0.5],
    metrics: [undefined, { train: 1 }, { train: { loss: 'low' } }],
    resumes: [undefined, {}, [1], [{ time: 3, step: 1 }], [{ time: '', step: -1 }], [{ time: '', step: 1, code: 'x' }]],
    directions: [undefined, [], { 'valid.loss': 'down' }],
    preprocessing: [[], { inputs: 1 }, { inputs: { bytes: 1, checksum: 'md5:1' } }],
    best: [
      [],
      { valid: 1 },
      { valid: { loss: 1 } },
      { valid: { loss: { value: 1 } } },
      { valid: { loss: { value: 'low', step: 1 } } },
    ],
    code: [undefined, 'elsewhere'],
    rerunOf: [null, 1, {}, { experiment: 'a', number: 0.5, created: '' }],
    sweep: [undefined, 3, { id: 'lr' }, { id: 3, trial: 1 }],
    init: [null, {}, { from: 'churn/9', step: 1, matched: 1, parameters: 1, file: { bytes: 1, checksum: 'md5:0' } }],
  };
  for (const [field, values] of Object.entries(wrong)) {
    it(`is refused without ${field} or with an invalid one, naming the field`, async () => {
      for (const value of values) {
        const error = await failureOf(() => read({ ...valid, [field]: value }));
        expect(error.code).to.equal('RUN_INVALID');
        expect(error.message).to.include(join(folder(), 'run.json'));
        const named = field === 'formatVersion' ? /has format version/ : new RegExp(`has an invalid "${field}["./]`);
        expect(error.message, JSON.stringify(value)).to.match(named);
      }
    });
  }

  for (const text of ['', '{', '[]', 'null', '{"formatVersion": 1', '\0\0\0\0']) {
    it(`is refused when it holds ${JSON.stringify(text)}`, async () => {
      await writeFile(join(folder(), 'run.json'), text);
      const error = await failureOf(() => readRunRecord(folder()));
      expect(error.code).to.equal('RUN_INVALID');
      expect(error.message).to.include('run.json');
    });
  }
});

describe('flags.json', () => {
  const folder = useTemporaryFolder();

  it('survives a round trip', async () => {
    const flags = {
      seed: { value: 3, source: 'command line' },
      name: { value: null, source: 'default' },
      rate: { value: 0.1, source: 'override' },
      size: { value: 2, source: 'environment' },
      width: { value: 4, source: 'script' },
    } as const;
    await writeRunFlags(folder(), flags);
    expect(await readRunFlags(folder())).to.deep.equal(flags);
  });

  const invalid: Record<string, object> = {
    'another version': { formatVersion: 3, flags: {} },
    'no flags': { formatVersion: 1 },
    'flags that are a list': { formatVersion: 1, flags: [] },
    'a flag without a value': { formatVersion: 1, flags: { seed: { source: 'default' } } },
    'a flag without a source': { formatVersion: 1, flags: { seed: { value: 3 } } },
    'a flag with an unknown source': { formatVersion: 1, flags: { seed: { value: 3, source: 'the moon' } } },
    'a bare value': { formatVersion: 1, flags: { seed: 3 } },
  };
  for (const [how, content] of Object.entries(invalid)) {
    it(`is refused with ${how}`, async () => {
      await writeJson(join(folder(), 'flags.json'), content);
      const error = await failureOf(() => readRunFlags(folder()));
      expect(error.code).to.equal('RUN_INVALID');
      expect(error.message).to.include('flags.json');
      if (how.startsWith('a ')) expect(error.message).to.include(`"flags.seed`);
    });
  }
});
