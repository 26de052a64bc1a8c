import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inBenchFolder } from './bench-folder.js';
import { type Benchmark, median, type Row } from './benchmark.js';
import { comparedModels } from './onnx/models.js';
import { findTorch, startTorch } from './onnx/python-libraries.js';
import { writeSafetensors } from './onnx/safetensors-file.js';
import { rate } from './onnx/trainer.js';

const mebibyte = 2 ** 20;
const rounds = 3;
const steps = 20;
const child = fileURLToPath(new URL('./onnx/memory-process.js', import.meta.url));

const widths = [784, 2048, 2048, 1792, 10];
const parameterBytes = 4 * widths.slice(1).reduce((sum, width, at) => sum + width * (widths[at]! + 1), 0);
/** What each layer returns for a batch of 64, and its gradient. */
const activationBytes = 2 * 4 * 64 * widths.slice(1).reduce((sum, width) => sum + width, 0);

/** The peak memory of a process, in bytes: before it builds the model, and in all. */
interface Peaks {
  readonly idle: number;
  readonly peak: number;
}

/** The peak memory of new processes that train with Adam: the parameters, their gradients and two moments are needed. */
export const onnxMemory: Benchmark = {
  name: 'onnx-memory',
  async run() {
    if (process.platform !== 'linux') {
      process.stderr.write('  Skipped onnx-memory: the peak of a process is known exactly on Linux only.\n');
      return [];
    }
    const bound = 4 * parameterBytes + activationBytes + 96 * mebibyte;
    const what = 'peak memory of training 9.5 million parameters with Adam, in addition to an idle process';
    return [
      rowOf(what, await repeat(() => ours('train')), bound),
      rowOf(`${what}, during an async save`, await repeat(() => ours('save')), bound + 3 * parameterBytes),
      ...(await torchRows(what)),
    ];
  },
};

function ours(action: 'train' | 'save'): Promise<Peaks> {
  return inBenchFolder(async (folder) => {
    const { stdout } = await promisify(execFile)(process.execPath, [child, folder, action]);
    return JSON.parse(stdout.slice(stdout.lastIndexOf('{'))) as Peaks;
  });
}

async function torchRows(what: string): Promise<Row[]> {
  const found = findTorch();
  if ('missing' in found) {
    process.stderr.write(`  Skipped PyTorch in onnx-memory. ${found.missing}\n`);
    return [];
  }
  return [rowOf(`PyTorch, fused Adam: ${what}`, await repeat(() => torchPeaks(found.python)))];
}

function torchPeaks(python: string): Promise<Peaks> {
  return inBenchFolder(async (folder) => {
    const torch = await startTorch(python, 1);
    const peak = async () => (await torch.ask({ do: 'memory' })).peak as number;
    const idle = await peak();
    const batch = join(folder, 'batch.safetensors');
    writeSafetensors(batch, Object.entries(comparedModels.largeMlp.batch(0)));
    await torch.ask({ do: 'prepare', model: 'largeMlp', mode: 'fused', batches: [batch], rate });
    await torch.ask({ do: 'timed', mode: 'fused', steps });
    const trained = await peak();
    torch.end();
    return { idle, peak: trained };
  });
}

async function repeat(measure: () => Promise<Peaks>): Promise<readonly Peaks[]> {
  const all: Peaks[] = [];
  for (let round = 0; round < rounds; round++) all.push(await measure());
  return all;
}

function rowOf(what: string, peaks: readonly Peaks[], bound?: number): Row {
  const [idle, more] = [median(peaks.map((one) => one.idle)), median(peaks.map((one) => one.peak - one.idle))];
  return {
    what,
    value: more / mebibyte,
    unit: 'MiB',
    ...(bound === undefined ? {} : { bar: { relation: '<=', value: Math.floor(bound / mebibyte) } }),
    detail: `idle ${mebibytes(idle)}; parameters ${mebibytes(parameterBytes)}, activations ${mebibytes(activationBytes)}; median of ${rounds} processes`,
  };
}

function mebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}
