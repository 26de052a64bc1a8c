import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quantizeWeights } from '@forge-ml/onnx';
import { inBenchFolder } from '../bench-folder.js';
import type { Benchmark, Row } from '../benchmark.js';
import { findPython } from '../python-process.js';
import { answerOf, inProcess, mebibyte, mebibytes } from './child.js';
import { writeSquareLayers } from './square-layers.js';
import type { Training, TrainingRequest } from './train-process.js';

const threads = Math.min(2, availableParallelism());
const peft = fileURLToPath(new URL('../../python/peft_side.py', import.meta.url));
const [rows, width, words] = [32, 128, 30_522];
const square = { width: 4096, rows: 4, steps: 3, threads };

/** The peak memory of new processes that fine-tune model files, above that of the idle engine. */
export const loraMemory: Benchmark = {
  name: 'lora-memory',
  async run() {
    if (process.platform !== 'linux') {
      process.stderr.write('  Skipped lora-memory: the peak of a process is known exactly on Linux only.\n');
      return [];
    }
    // One after the other: the files of each are gigabytes.
    return [...(await besidePeft()), ...(await quantizedBase()), await largeHead()];
  },
};

/** BERT of MiniLM's size: 22.7 million parameters, 90 MB. */
function besidePeft(): Promise<Row[]> {
  return inBenchFolder(async (folder) => {
    const found = findPython('FORGE_TORCH_PYTHON', ['torch', 'onnx', 'transformers', 'peft']);
    if ('missing' in found) {
      process.stderr.write(`  Skipped PEFT in lora-memory. ${found.missing}\n`);
      return [];
    }
    const python = (...arguments_: readonly unknown[]) =>
      answerOf<Training>(found.python, [peft, ...arguments_.map(String)]);
    await python('export', folder, rows, width);
    const file = join(folder, 'bert.onnx');
    const lora = { rank: 8, alpha: 16, targets: ['*query*', '*value*'] };
    const ours = await train({ file, rows, width, words, lora, steps: 4, threads });
    const theirs = await python('train', rows, width, 4, threads);
    return [
      {
        what: `peak memory of LoRA training above idle, BERT of 22.7 million parameters, ${rows} × ${width} tokens: onnx ÷ PyTorch with PEFT`,
        value: above(ours) / above(theirs),
        unit: '×',
        bar: { relation: '<=', value: 1.5 },
        detail: `${mebibytes(above(ours))} and ${mebibytes(above(theirs))}; a step ${ours.step.toFixed(0)} and ${theirs.step.toFixed(0)} ms`,
      },
      {
        what: 'adapters and optimizer state in a checkpoint ÷ the base of 90 MB',
        value: ours.checkpoint / (4 * 22_713_216),
        unit: '×',
        bar: { relation: '<=', value: 0.02 },
        detail: `${mebibytes(ours.checkpoint)}`,
      },
    ];
  });
}

function quantizedBase(): Promise<Row[]> {
  return inBenchFolder(async (folder) => {
    const layers = 16;
    const [file, packed] = [join(folder, 'base.onnx'), join(folder, 'base-4bit.onnx')];
    writeSquareLayers(file, { layers, width: square.width, external: false });
    const lora = { rank: 8, targets: ['*'] };
    const float = await train({ file, ...square, lora });
    const base = mebibytes(4 * layers * square.width ** 2);
    const rows: Row[] = [];
    for (const [format, title] of Object.entries({ nbits: 'MatMulNBits', qdq: 'DequantizeLinear' } as const)) {
      await quantizeWeights(file, packed, { bits: 4, format: format as 'nbits' | 'qdq' });
      const quantized = await train({ file: packed, ...square, lora });
      rows.push(
        {
          what: `peak memory of training above idle, base of ${base}: QLoRA of 4 bits by ${title} ÷ LoRA`,
          value: above(quantized) / above(float),
          unit: '×',
          bar: { relation: '<=', value: 0.5 },
          detail: `${mebibytes(above(quantized))} and ${mebibytes(above(float))}`,
        },
        {
          what: `a step of QLoRA by ${title} ÷ LoRA, the same models, 4 rows`,
          value: quantized.step / float.step,
          unit: '×',
          detail: `${quantized.step.toFixed(0)} and ${float.step.toFixed(0)} ms`,
        },
      );
    }
    return rows;
  });
}

/** A new head on a model whose weights are 2.2 GB in another file. */
function largeHead(): Promise<Row> {
  return inBenchFolder(async (folder) => {
    const layers = 33;
    const file = join(folder, 'large.onnx');
    writeSquareLayers(file, { layers, width: square.width, external: true });
    const size = 4 * layers * square.width ** 2;
    const { idle, built, peak } = await train({ file, ...square });
    return {
      what: `peak memory of a process that trains a head on external data of ${mebibytes(size)}, less that size`,
      value: (peak - size) / mebibyte,
      unit: 'MiB',
      bar: { relation: '<=', value: Math.floor(1e9 / mebibyte) },
      detail: `idle ${mebibytes(idle)}, built ${mebibytes(built)}, peak ${mebibytes(peak)}`,
    };
  });
}

function train(request: TrainingRequest): Promise<Training> {
  return inProcess('train-process.js', request);
}

function above({ idle, peak }: Pick<Training, 'idle' | 'peak'>): number {
  return peak - idle;
}
