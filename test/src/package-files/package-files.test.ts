import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { adam, fromOnnx, ops, type Value } from '@forge-ml/backend-onnx';
import {
  elements,
  ForgeLibrary,
  fromArrays,
  type NamedTensors,
  readMetrics,
  type TensorData,
  tensor,
} from '@forge-ml/core';
import type { ParameterGradient, TrainSession } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { inFolder } from '../cli/folder.js';
import { forge } from '../cli/forge-process.js';
import { checkGradients } from './check-gradients.js';
import { type PackageFile, packageFiles } from './files.js';
import { difference, rowsOf, runPlainly } from './plain-runtime.js';

/** A folder with unpacked packages of npm: see CONTRIBUTING. */
const folder = process.env.FORGE_ONNX_FILES;
const steps = 20;

describe('model files that npm packages have', function () {
  this.timeout(600_000);
  if (folder === undefined) {
    it.skip('(FORGE_ONNX_FILES is not set: see CONTRIBUTING)');
    return;
  }
  for (const file of packageFiles) {
    const path = join(folder, file.path);
    if (!existsSync(path)) {
      it.skip(`${file.path} (not in ${folder})`);
      continue;
    }
    it(`${basename(path)}: shown, predicted as by plain onnxruntime-node, trained and exported`, () =>
      inFolder(async (cwd) => {
        await isShown(path, cwd);
        const data = await dataFor(path, file);
        await inSession(path, file, data, cwd, async (session) => {
          await predictsAsPlain(session, path, file);
          await hasGradients(session, data);
        });
        await trainsAndExports(path, file, data, cwd);
      }));
  }
});

async function isShown(path: string, cwd: string): Promise<void> {
  const { status, stdout, stderr } = await forge(['onnx', 'show', path], { cwd });
  expect(status, stderr).to.equal(0);
  expect(stdout).to.include('Parameters').and.not.include('unknown').and.not.include('without a gradient rule');
}

/** The parts of the batch as the file takes them. */
function partsOf({ batch, feeds = (whole) => whole, fileBatch }: PackageFile): NamedTensors[] {
  return (fileBatch === 1 ? rowsOf(batch) : [batch]).map(feeds);
}

/** The batch, and a target for the output: half of that of the neighbour. */
async function dataFor(path: string, file: PackageFile): Promise<Record<string, TensorData>> {
  const { outputs } = await runPlainly(path, partsOf(file));
  const [[, output]] = [...outputs] as [[string, TensorData]];
  const numbers = elements(output) as Float32Array;
  const target = Float32Array.from(numbers, (_, at) => 0.5 * numbers[(at + 1) % numbers.length]!);
  return { ...Object.fromEntries(file.batch), target: tensor(target, output.shape) };
}

function configsFor(path: string, file: PackageFile, data: Record<string, TensorData>, batchNorm: 'none' | 'trained') {
  const { inputs = {}, learningRate = 1e-3 } = file;
  const rows = data.target!.shape[0]!;
  const loss = ({ target }: Readonly<Record<string, Value>>, outputs: Value | Readonly<Record<string, Value>>) => {
    const difference = ops.sub(firstOf(outputs), target!);
    return ops.reduceMean(ops.mul(difference, difference), undefined, { keepdims: false });
  };
  return {
    data: { flags: {}, load: () => ({ train: fromArrays(data).batch(rows) }) },
    model: {
      flags: {},
      load: () =>
        fromOnnx<Value | Readonly<Record<string, Value>>>(path, {
          inputs,
          loss,
          batchNorm,
          optimizer: adam(learningRate),
        }),
    },
  };
}

function firstOf(outputs: Value | Readonly<Record<string, Value>>): Value {
  return 'kind' in outputs && typeof outputs.kind === 'string' ? (outputs as Value) : Object.values(outputs)[0]!;
}

function libraryIn(cwd: string): ForgeLibrary {
  const words = ['--backend', 'onnx', '--engine', 'cpu', '--run-name', 'file', '--steps', `${steps}`];
  return new ForgeLibrary({ directory: cwd, argv: [...words, '--report-every', '1'] });
}

/** Batch norms keep their statistics, so that training computes what prediction does. */
async function inSession(
  path: string,
  file: PackageFile,
  data: Record<string, TensorData>,
  cwd: string,
  work: (session: TrainSession) => Promise<void>,
): Promise<void> {
  const library = libraryIn(cwd);
  await using prepared = await library.config(configsFor(path, file, data, 'none'));
  await using built = await library.build(prepared, await library.loadData(prepared));
  await work(built.session);
}

/** As close as ONNX Runtime with its optimizations is to itself without them. */
async function predictsAsPlain(session: TrainSession, path: string, file: PackageFile): Promise<void> {
  const parts = partsOf(file);
  const [plain, unoptimized] = [await runPlainly(path, parts), await runPlainly(path, parts, 'disabled')];
  const outputs = Object.entries(await session.predict(Object.fromEntries(file.batch)));
  expect(outputs.length).to.equal(plain.outputs.size);
  for (const [name, output] of outputs) {
    const expected = plain.outputs.get(outputs.length === 1 ? [...plain.outputs.keys()][0]! : name)!;
    const own = difference(unoptimized.outputs.get(name) ?? [...unoptimized.outputs.values()][0]!, expected);
    const found = difference(output, expected);
    report(`${name} differs by ${found.toExponential(1)}, ONNX Runtime from itself by ${own.toExponential(1)}`);
    expect(found, name).to.be.at.most(Math.max(1e-6, 2 * own));
  }
}

async function hasGradients(session: TrainSession, data: Record<string, TensorData>): Promise<void> {
  const { parameters } = await session.capture();
  let gradients: ReadonlyMap<string, ParameterGradient> = new Map();
  await session.step(data, {
    step: 0,
    metrics: true,
    onGradients: (all) => {
      gradients = all;
    },
  });
  const { target, ...inputs } = data;
  const expected = elements(target!) as Float32Array;
  const lossOf = async (changed: NamedTensors) => {
    await session.restore({ parameters: new Map([...parameters, ...changed]), optimizer: new Map() });
    const [output] = Object.values(await session.predict(inputs));
    const squares = (elements(output!) as Float32Array).reduce((sum, one, at) => sum + (one - expected[at]!) ** 2, 0);
    return squares / expected.length;
  };
  const checked = await checkGradients(gradients, parameters, await lossOf(new Map()), (name, value) => {
    return lossOf(new Map([[name, value]]));
  });
  report(
    `${checked.slopes} slopes of ${gradients.size} gradients are off by at most ${checked.worst.toExponential(1)}`,
  );
  expect(checked.worst, checked.at).to.be.at.most(1e-2);
}

async function trainsAndExports(
  path: string,
  file: PackageFile,
  data: Record<string, TensorData>,
  cwd: string,
): Promise<void> {
  const library = libraryIn(cwd);
  const configs = configsFor(path, file, data, 'trained');
  const { run } = await library.train(configs);
  const losses: number[] = [];
  for await (const { split, values } of readMetrics(join(run, 'metrics.jsonl'))) {
    if (split === 'train') losses.push(values.loss!);
  }
  report(`loss ${losses[0]!.toPrecision(3)} to ${losses.at(-1)!.toPrecision(3)} in ${losses.length} steps`);
  expect(losses).to.have.length(steps);
  expect(losses.at(-1)).to.be.below(losses[0]!);

  const out = join(cwd, 'tuned.onnx');
  await library.exportCheckpoint(run, { out });
  const loaded = await library.loadFromCheckpoint(run, steps, { code: configs });
  await loaded.restore();
  const outputs = Object.entries(await loaded.session.predict(Object.fromEntries(file.batch)));
  await loaded.dispose();
  const parts = partsOf(file);
  const [tuned, original] = [await runPlainly(out, parts), await runPlainly(path, parts)];
  expect([tuned.inputs, ...tuned.outputs.keys()]).to.deep.equal([original.inputs, ...original.outputs.keys()]);
  for (const [at, [name, value]] of [...tuned.outputs].entries()) {
    expect(difference(outputs[at]![1], value), `${name} of the exported file`).to.be.at.most(5e-5);
  }
}

function report(line: string): void {
  console.log(`      ${line}`);
}
