import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { forge } from '../cli/forge-process.js';
import { root } from '../docs/pages.js';

describe('@forge-ml/data in a project', () => {
  let folder: string;
  before(async () => {
    // In the repository, so that the package is found.
    await mkdir(join(root, 'test/dist'), { recursive: true });
    folder = await mkdtemp(join(root, 'test/dist/data-package-'));
    await writeFiles(folder, { 'package.json': '{"private":true,"dependencies":{"@forge-ml/data":"*"}}' });
    const fixtures = join(root, 'packages/data/fixtures');
    await cp(join(fixtures, 'images/gray-8.png'), join(folder, 'pets/cat/1.png'));
    await cp(join(fixtures, 'images/progressive.jpg'), join(folder, 'pets/dog/1.jpg'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is a plugin with readers and steps', async () => {
    const { stdout, stderr } = await forge(['plugins', '--json'], { cwd: folder });
    const plugin = (JSON.parse(stdout).plugins as { package: string }[]).find(
      (found) => found.package === '@forge-ml/data',
    );
    expect(plugin, stderr).to.deep.include({
      readers: ['images', 'parquet', 'wav'],
      steps: ['chat', 'encodeText'],
      usable: true,
    });
  });

  it('reads with Forge.openDataset what its functions read', async () => {
    await writeFiles(folder, {
      'read.mjs': `import { Forge } from '@forge-ml/core';
import { images } from '@forge-ml/data';
const all = async (rows) => { const found = []; for await (const row of rows.epoch(0)) found.push(row); return found; };
const options = { size: [4, 4] };
const [opened, called] = [await all(await Forge.openDataset('images', 'pets', options)), await all(images('pets', options))];
console.log(JSON.stringify(opened) === JSON.stringify(called), called.map(({ file, label }) => file + ' ' + label).join());
`,
    });
    const { stdout, stderr } = spawnSync(process.execPath, ['read.mjs'], { cwd: folder, encoding: 'utf8' });
    expect({ stdout, stderr }).to.deep.equal({ stdout: 'true cat/1.png cat,dog/1.jpg dog\n', stderr: '' });
  });

  it('stores the tokenizer with the run, which then predicts raw texts with its code, or without code and tokenizer files', async () => {
    await cp(join(root, 'packages/data/fixtures/text/bert-uncased.json'), join(folder, 'bert/tokenizer.json'));
    const rows = ['it was good,yes', 'not so good at all and not very well made,no', 'very good,yes', 'not good,no'];
    await writeFiles(folder, {
      'reviews.csv': `text,liked\n${rows.join('\n')}\n`,
      'new.csv': 'text\nvery good and not long\nno\n',
      'text.ts': `import { csv, defineData, label } from '@forge-ml/core';
import { tokenize } from '@forge-ml/data';
export default defineData({
  load: ({ seed }) =>
    csv(new URL('./reviews.csv', import.meta.url))
      .split({ valid: 0.25 })
      .prepare({ text: tokenize(new URL('./bert', import.meta.url), { maxLength: 16, pad: true }), liked: label({ classes: ['no', 'yes'] }) })
      .shuffle(seed)
      .bucketByLength()
      .batch(2),
});
`,
      'text-model.ts': `import { adam, dense, embedding, ops, softmaxCrossEntropy, type OnnxModel } from '@forge-ml/backend-onnx';
export function load(_flags, { preparation }): OnnxModel {
  const [words, line] = [embedding(preparation.size('input_ids'), 8), dense(2)];
  return {
    predict: ({ input_ids, attention_mask }, context) => {
      const mask = ops.unsqueeze(ops.cast(attention_mask, 'float32'), [-1]);
      return line(ops.reduceMean(ops.mul(words(input_ids, context), mask), [1], { keepdims: false }), context);
    },
    loss: ({ liked }, logits) => softmaxCrossEntropy(logits, liked),
    optimizer: adam(0.01),
    artefacts: { words, line },
  };
}
`,
    });
    const train = ['train', '--backend', 'onnx', '--data-config', 'text.ts', '--model-config', 'text-model.ts'];
    const trained = await forge([...train, '--epochs', '2', '--run-name', 'text'], { cwd: folder });
    expect(trained.status, trained.stderr).to.equal(0);
    const stored = JSON.parse(await readFile(join(folder, 'results/text/1/preprocessing/inputs.json'), 'utf8'));
    expect(stored.arrays[0].columns[0].steps[0].kind).to.equal('encodeText');
    for (const [at, code] of [[], ['--no-code']].entries()) {
      const out = `predicted-${at}.csv`;
      // The run's code reads the tokenizer where it is loaded; without the code, the stored one is enough.
      if (at === 1) await rm(join(folder, 'bert'), { recursive: true });
      const predicted = await forge(['predict', 'text', '--data', 'new.csv', '--out', out, ...code], { cwd: folder });
      expect(predicted.status, predicted.stderr).to.equal(0);
      expect((await readFile(join(folder, out), 'utf8')).match(/\b(?:yes|no)\b/g), 'classes').to.have.length.above(1);
    }
  }).timeout(120_000);

  it('resumes a training that was killed with the same bits: images, shuffled and augmented, with mixup', async () => {
    const fixtures = join(root, 'packages/data/fixtures/images');
    for (const [index, name] of ['rgb-8.png', 'gray.jpg', 'cmyk.jpg', 'palette-8.png', 'restart.jpg'].entries()) {
      await cp(join(fixtures, name), join(folder, index % 2 ? 'pets/dog' : 'pets/cat', `more-${name}`));
    }
    await writeFiles(folder, {
      'data.ts': `import { column, defineData } from '@forge-ml/core';
import { augment, images, mixup } from '@forge-ml/data';
let read = 0;
const change = augment({ rotate: 20, crop: { padding: 2 }, flip: true, jitter: { brightness: 0.3 }, array: 'x' });
export default defineData({
  load: ({ seed }) => {
    const train = images(new URL('./pets', import.meta.url), { size: [8, 8] })
      .prepare({ x: column('image').scale(), y: column('label').label() })
      .shuffle(seed)
      .augment((row, context) => {
        if (++read > Number(process.env.FORGE_TEST_KILL_AT ?? Infinity)) process.kill(process.pid, 'SIGKILL');
        return change(row, context);
      }, { seed })
      .batch(2)
      .augment(mixup({ arrays: ['x'], classes: { y: 2 } }), { seed });
    return { train };
  },
});
`,
      'model.ts': `import { adam, dense, flatten, meanSquaredError, type OnnxModel } from '@forge-ml/backend-onnx';
export function load(): OnnxModel {
  const [flat, line] = [flatten(), dense(2)];
  return {
    predict: ({ x }, context) => line(flat(x, context), context),
    loss: ({ y }, out) => meanSquaredError(y, out),
    optimizer: adam(0.01),
    artefacts: { line },
  };
}
`,
    });
    const files = ['--backend=onnx', '--data-config=data.ts', '--model-config=model.ts', '--save-every=3'];
    const whole = await forge(['train', ...files, '--steps=10', '--run-name=whole'], { cwd: folder });
    expect(whole.status, whole.stderr).to.equal(0);
    const killed = await forge(['train', ...files, '--steps=10', '--run-name=killed', '--save-mode=sync'], {
      cwd: folder,
      env: { FORGE_TEST_KILL_AT: '15' },
    });
    expect(killed.status, 'killed').to.equal(null);
    const resumed = await forge(['train', '--resume=killed'], { cwd: folder });
    expect(resumed.status, resumed.stderr).to.equal(0);
    const other = await forge(['train', ...files, '--steps=10', '--run-name=other', '--seed=2'], { cwd: folder });
    expect(other.status, other.stderr).to.equal(0);
    const weights = (run: string) => readFile(join(folder, 'results', run, '1/checkpoints/10/parameters.safetensors'));
    expect(await weights('killed')).to.deep.equal(await weights('whole'));
    expect(await weights('other'), 'another seed').to.not.deep.equal(await weights('whole'));
    expect(resumed.stderr + resumed.stdout, 'from a checkpoint').to.match(/resumed at step [36]\b/);
  }).timeout(60_000);
});
