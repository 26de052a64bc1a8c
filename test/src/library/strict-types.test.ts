import { execFileSync, spawnSync } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { buildSync } from 'esbuild';
import { inFolder } from '../cli/folder.js';
import { forge } from '../cli/forge-process.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A script with the strictest settings of TypeScript: nothing of it needs a cast. */
const script = `
import {
  accuracy, defineData, defineModel, f1, findRun, flag, Forge, fromArrays, image, isForgeError, readMetrics, readRunRecord,
  tensor, type Loaded, type MediaAccumulator, type MetricAccumulator, type MetricArrays, type RunHooks, type TensorData,
  type TrainResult,
} from '@forge-ml/core';
import { adam, dense, type OnnxModel, sequential, softmaxCrossEntropy, type Value } from '@forge-ml/backend-onnx';

const data = defineData({
  flags: { batchSize: flag.integer(16, 'Examples per minibatch.') },
  load({ batchSize, seed }) {
    const x = Float32Array.from({ length: 400 }, (_, at) => Math.sin(at * 1.3));
    const labels = Int32Array.from({ length: 200 }, (_, at) => ((x[2 * at] ?? 0) > 0 ? 1 : 0));
    const all = fromArrays({ x: tensor(x, [200, 2]), labels });
    return { train: all.shuffle(seed).batch(batchSize), valid: all.take(50).batch(batchSize), classes: 2 };
  },
});

const largest: MetricAccumulator<{ value: number }, 'labels', 'output'> = {
  direction: 'min',
  start: () => ({ value: 0 }),
  add(state, { labels }, { output }) {
    output.data.forEach((value, at) => {
      state.value = Math.max(state.value, Math.abs(value - (labels.data[at] ?? 0)));
    });
  },
  result: ({ value }) => value,
};
const picture: MediaAccumulator<{ first?: TensorData }, string, 'output'> = {
  media: true,
  start: () => ({}),
  add(state, _batch, { output }) {
    state.first ??= tensor(Float32Array.from(output.data, (value) => 1 / (1 + Math.exp(-value))), [...output.shape, 1]);
  },
  result: ({ first }) => image(first!),
};

const model = defineModel({
  flags: { hidden: flag.integer(8, 'Units.'), balance: flag.string('none', 'Weights.', { choices: ['none', 'two'] as const }) },
  load({ hidden, balance }, { classes }: Loaded<typeof data>): OnnxModel<Value, 'x' | 'labels'> {
    const chosen: 'none' | 'two' = balance;
    const body = sequential(dense(hidden, { activation: 'relu' }));
    const head = dense(classes);
    return {
      predict: ({ x }, context) => head(body(x, context), context),
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels, { classWeights: [1, chosen === 'two' ? 2 : 1] }),
      metrics: {
        f1: f1({ average: 'macro' }), accuracy: accuracy(), largest, picture,
        first: {
          direction: 'max',
          of: ({ labels }: MetricArrays<'labels'>, { output }: MetricArrays<'output'>) =>
            Array.from(labels.data, (label, at) => label * (output.data[2 * at] ?? 0)),
        },
      },
      optimizer: adam(0.01, { groups: [{ parameters: 'head/*', rate: 1e-3 }], accumulate: 2 }),
      artefacts: { body, head },
    };
  },
});

const hooks: RunHooks = { step: ({ step }, control) => (step === 32 ? control.stop('enough') : undefined) };
const set = {
  steps: 60, evalEvery: 4, stopEarly: 'valid.loss', patience: 3, restoreBest: true, ema: 0.9, hidden: 6, balance: 'two',
} as const;
const stopped: TrainResult = await Forge.train({ data, model, set }, { hooks });
const { path } = await findRun('run', 'results');
const record = await readRunRecord(path);
let lines = 0;
for await (const { values } of readMetrics(path + '/metrics.jsonl', { split: 'valid' })) if (values.loss !== undefined) lines++;
const refused = await Forge.loadFromCheckpoint(path).catch((error: unknown) => (isForgeError(error) ? error.code : 'other'));
await using run = await Forge.loadFromCheckpoint<unknown, Loaded<typeof data>>(path, { checkpoint: 'best', code: { data, model } });
const { metrics, media } = await run.evaluate(run.data.valid);
const best: number | string | undefined = record.best?.valid?.loss?.value;
console.log(JSON.stringify({
  status: stopped.status, reason: stopped.reason, step: stopped.step, lines, refused, f1: typeof metrics.f1, media: Object.keys(media),
  best: typeof best,
}));
`;

const compilerOptions = {
  ...{ target: 'es2022', lib: ['es2023', 'esnext.disposable'], module: 'nodenext', moduleResolution: 'nodenext' },
  ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noImplicitOverride: true },
  ...{ types: ['node'], skipLibCheck: false, noEmit: true },
};

function errorsOf(folder: string): string {
  const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' }).stdout;
}

describe('a script of a project with the strictest settings of TypeScript', () => {
  it('compiles without a cast, names a misspelled array, and trains with configs in memory', function () {
    this.timeout(120_000);
    return inFolder(async (folder) => {
      await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
      const dependencies = { '@forge-ml/backend-onnx': '*' };
      await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['script.ts'] }));
      const file = join(folder, 'script.ts');
      await writeFile(file, script);
      expect(errorsOf(folder)).to.equal('');
      await writeFile(file, script.replace('loss: ({ labels }, logits)', 'loss: ({ label: labels }, logits)'));
      expect(errorsOf(folder)).to.match(/^script\.ts\(\d+,\d+\): error TS2339: Property 'label' does not exist/);
      await writeFile(file, script);
      buildSync({ entryPoints: [file], format: 'esm', target: 'node20', outfile: join(folder, 'script.mjs') });
      const output = execFileSync(process.execPath, ['script.mjs'], { cwd: folder, encoding: 'utf8' });
      expect(JSON.parse(output)).to.deep.equal({
        ...{ status: 'completed', reason: 'enough', step: 32, lines: 8, refused: 'CODE_MISSING' },
        ...{ f1: 'number', media: ['picture'], best: 'number' },
      });
      const { stdout } = await forge(['runs', 'show', 'run'], { cwd: folder });
      expect(stdout).to.include(
        'TO TRAIN FURTHER, IN ITS SCRIPT\n' +
          '  Forge.train({ data, model, set: { resume: "run/1", steps: 64, override: true } })\n',
      );
    });
  });
});
