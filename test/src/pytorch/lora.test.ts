import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elements, type NamedTensors, readTensorFile } from '@forge-ml/core';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import { forge } from '../cli/forge-process.js';

const script = fileURLToPath(new URL('../../pytorch/lora.py', import.meta.url));
const steps = 100;

/** As in the script. */
const models = {
  encoder: `{ rank: 4, alpha: 8, targets: ['*query', '*value', '*dense'], also: 'classifier.*' }`,
  decoder: `{ rank: 4, alpha: 8, targets: ['*q_proj', '*v_proj', '*up_proj', '*embed_tokens'] }`,
};

const data = `import { defineData, fromArrays, readTensorFile } from '@forge-ml/core';
export default defineData({
  async load() {
    return { train: fromArrays(Object.fromEntries(await readTensorFile('data.safetensors'))).batch(8) };
  },
});`;

const modelOf = (
  lora: string,
) => `import { adam, fromOnnx, loadParameters, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
import { defineModel } from '@forge-ml/core';
export default defineModel({
  files: ['./base.onnx', './start.safetensors'],
  async load() {
    const model = await fromOnnx(new URL('./base.onnx', import.meta.url), {
      lora: ${lora},
      loss: ({ target }, logits) => softmaxCrossEntropy(logits, target),
      // PyTorch's epsilon: with another one, small gradients make other steps.
      optimizer: adam(0.001, { epsilon: 1e-8 }),
    });
    const rename = (name) => (name.includes('lora_') ? name : null);
    return { ...model, parameters: await loadParameters(new URL('./start.safetensors', import.meta.url), { rename }) };
  },
});`;

/** Why no Python with PEFT is available; undefined if there is one. */
function missingReason(python: string | undefined): string | undefined {
  const modules = 'torch, transformers, peft, onnxscript, onnxruntime and safetensors';
  if (python === undefined) return `FORGE_TORCH_PYTHON names no Python with ${modules}`;
  const { status, stderr, error } = spawnSync(python, ['-c', `import ${modules.replace(' and', ',')}`], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `${python}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
}

const python = process.env.FORGE_TORCH_PYTHON;

describe('LoRA beside PEFT', function () {
  this.timeout(900_000);
  const reason = missingReason(python);
  if (reason !== undefined) {
    it(`is skipped: ${reason}`);
    return;
  }

  for (const [name, lora] of Object.entries(models)) {
    it(`trains, is loaded by PEFT and run by ONNX Runtime: ${name}`, async () => {
      const cwd = await makeFolder();
      const inPython = (command: string): void => {
        const { status, stderr } = spawnSync(python!, [script, command, name], { cwd, encoding: 'utf8' });
        if (status !== 0) throw new Error(stderr);
      };
      const inForge = async (...words: string[]): Promise<void> => {
        const { status, stderr } = await forge(words, { cwd });
        expect(status, stderr).to.equal(0);
      };
      try {
        inPython('train');
        await writeFile(join(cwd, 'package.json'), '{ "type": "module" }');
        await writeFile(join(cwd, 'data.ts'), data);
        await writeFile(join(cwd, 'model.ts'), modelOf(lora));
        const configs = ['--data-config', 'data.ts', '--model-config', 'model.ts'];
        await inForge(
          'train',
          ...configs,
          '--backend',
          'onnx',
          '--engine',
          'cpu',
          '--run-name',
          'lora',
          ...['--steps', `${steps}`],
          ...['--report-every', '1'],
        );
        const wanted = JSON.parse(await readFile(join(cwd, 'losses.json'), 'utf8')) as number[];
        const lines = (await readFile(join(cwd, 'results', 'lora', '1', 'metrics.jsonl'), 'utf8')).trim().split('\n');
        const reports = lines.map((line) => JSON.parse(line) as { split: string; values: { loss: number } });
        const losses = reports.filter(({ split }) => split === 'train').map(({ values }) => values.loss);
        expect(losses).to.have.length(steps);
        const worst = Math.max(...losses.map((loss, at) => Math.abs(loss - wanted[at]!)));
        console.log(
          `      losses differ by at most ${worst.toExponential(1)}; the last is ${losses.at(-1)!.toFixed(4)}`,
        );
        expect(worst).to.be.below(1e-5);

        await inForge('export', 'lora', '--format', 'peft', '--out', 'adapter');
        await inForge('export', 'lora', '--out', 'merged.onnx');
        await inForge('export', 'lora', '--out', 'unmerged.onnx', '--no-merge');
        await inForge('export', 'lora', '--format', 'onnx-adapter', '--out', 'net.onnx_adapter');
        inPython('check');
        const outputs = await readTensorFile(join(cwd, 'outputs.safetensors'));
        const differs = (one: string, other: string) => largestDifference(outputs, one, other);
        for (const other of ['unmerged', 'onnx adapter']) expect(differs('merged', other), other).to.be.below(1e-5);
        expect(differs('merged', 'peft')).to.be.below(1e-5);
        expect(differs('merged', 'without')).to.be.above(1e-2);
      } finally {
        await removeFolder(cwd);
      }
    });
  }
});

function largestDifference(outputs: NamedTensors, one: string, other: string): number {
  const [a, b] = [one, other].map((name) => elements(outputs.get(name)!) as Float32Array) as [
    Float32Array,
    Float32Array,
  ];
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
}
