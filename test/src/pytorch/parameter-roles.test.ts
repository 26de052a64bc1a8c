import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readModel } from '@forge-ml/onnx';
import { numbersOf, type TensorData } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';

const script = fileURLToPath(new URL('../../pytorch/roles.py', import.meta.url));
const python = process.env.FORGE_TORCH_PYTHON;

interface Entry {
  readonly name: string;
  readonly count: number;
  readonly hash: string;
}

/**
 * What exporters compute from parameters and write in their place, by model and exporter: how many parameters of PyTorch
 * are missing, and how many tensors stand for them. Batch norms and weight norms are folded into weights, tokens
 * are expanded, and a number's exponential is computed.
 */
const folded: Readonly<Record<string, readonly [missing: number, inPlace: number]>> = {
  'clip.dynamo': [1, 0],
  'efficientnet.dynamo': [30, 20],
  'hubert.dynamo': [2, 1],
  'hubert.script': [2, 1],
  'mobilenetv3.dynamo': [9, 6],
  'pieces.dynamo': [11, 4],
  'pieces.script': [10, 4],
  'resnet.dynamo': [18, 12],
  'swin.dynamo': [3, 3],
  'swin.script': [3, 3],
  'swinv2.dynamo': [6, 6],
  'wav2vec2.dynamo': [2, 1],
  'wav2vec2.script': [2, 1],
};

function missingReason(): string | undefined {
  const modules = 'torch, transformers, onnx, onnxscript and numpy';
  if (python === undefined) return `FORGE_TORCH_PYTHON names no Python with ${modules}`;
  const { status, stderr, error } = spawnSync(python, ['-c', `import ${modules.replace(' and', ',')}`], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `${python}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
}

/** The elements without their order, which exporters change by transposing. */
function keyOf(data: TensorData): string {
  const sorted = Float32Array.from(numbersOf(data)).sort();
  return `${sorted.length}:${createHash('sha256').update(new Uint8Array(sorted.buffer)).digest('hex')}`;
}

function byKey(entries: readonly Entry[]): Map<string, string> {
  return new Map(entries.map(({ name, count, hash }) => [`${count}:${hash}`, name]));
}

describe('the parameters of models from both exporters of PyTorch', function () {
  this.timeout(1_800_000);
  const reason = missingReason();
  if (reason !== undefined) {
    it(`are not compared: ${reason}`);
    return;
  }

  let folder: string;
  before(async () => {
    folder = await makeFolder();
    const { status, stderr } = spawnSync(python!, [script, folder], { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
  });
  after(() => removeFolder(folder));

  const models = readModelNames();
  for (const model of models) {
    for (const exporter of ['script', 'script-training', 'dynamo']) {
      const stem = `${model}.${exporter}`;
      it(stem, async function () {
        const path = join(folder, stem);
        if (existsSync(`${path}.skipped`)) {
          console.log(`      skipped, as the exporter fails: ${await readFile(`${path}.skipped`, 'utf8')}`);
          this.skip();
        }
        const { parameters, roles } = await readModel(`${path}.onnx`);
        const { trained, fixed } = JSON.parse(await readFile(`${path}.json`, 'utf8')) as Record<string, Entry[]>;
        const [wanted, others] = [byKey(trained!), byKey(fixed!)];
        const found = new Map(
          [...parameters.values()].filter((one) => one.trainable).map((one) => [keyOf(one.initial), one.name]),
        );
        const missing = [...wanted].filter(([key]) => !found.has(key)).map(([, name]) => name);
        const inPlace = [...found].filter(([key]) => !wanted.has(key));
        expect(
          inPlace.filter(([key]) => others.has(key)).map(([, name]) => name),
          'trained, but not in PyTorch',
        ).to.deep.equal([]);
        const [fewer, instead] = folded[stem] ?? [0, 0];
        expect(missing, 'not trained, but in PyTorch').to.have.length(fewer);
        expect(
          inPlace.map(([, name]) => `${name}: ${roles.get(name)}`),
          'trained, and not in PyTorch',
        ).to.have.length(instead);
      });
    }
  }

  it('are those of all models that the script knows', async () => {
    const written = new Set((await readdir(folder)).map((name) => name.split('.')[0]!));
    expect([...written].sort()).to.deep.equal([...models].sort());
  });
});

function readModelNames(): readonly string[] {
  const { stdout } = spawnSync(python!, [script, '--list'], { encoding: 'utf8' });
  return stdout.trim().split(/\s+/);
}
