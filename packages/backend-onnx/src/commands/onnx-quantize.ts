import { resolve } from 'node:path';
import { flag } from '@forge-ml/core';
import { requireOutput } from '@forge-ml/core/manage';
import { type CommandRequest, type CommandResult, ForgeError, type PluginCommand } from '@forge-ml/core/plugin';
import { formatBytes } from '@forge-ml/core/text';
import { type QuantizeReport, quantizeWeights } from '@forge-ml/onnx';

/** `forge onnx quantize`: the weights of a model file to 4 or 8 bits. */
export const onnxQuantize: PluginCommand = {
  summary: 'Quantize the weights of an ONNX model to 4 or 8 bits.',
  description:
    'Writes a copy of the file in which the constant matrices of MatMul and Gemm are quantized in blocks. Convolutions and embeddings stay as they are.',
  examples: [
    'forge onnx quantize model.onnx --out model-4bit.onnx',
    "forge onnx quantize model.onnx --bits 8 --exclude '*lm_head*' --out model-8bit.onnx",
  ],
  words: [{ name: 'model', required: true, description: 'The .onnx file.' }],
  flags: {
    bits: flag.string('4', 'Bits of a weight.', { choices: ['4', '8'] }),
    block: flag.integer(32, 'Numbers that share a scale: 16, 32, 64, 128 or 256; 0 for whole columns, with qdq.'),
    symmetric: flag.boolean(false, 'Without zero points: smaller and faster, less exact.'),
    format: flag.string('nbits', "Operators to write: ONNX Runtime's MatMulNBits, or ONNX's DequantizeLinear.", {
      choices: ['nbits', 'qdq'],
    }),
    include: flag.string(null, 'Only weights or nodes of this name; * stands for any text.'),
    exclude: flag.string(null, 'No weights or nodes of this name; * stands for any text.'),
    out: flag.string(null, 'The .onnx file to write; a large one has a second file, OUT.data.'),
    force: flag.boolean(false, 'Overwrite an existing file.'),
  },
  repeatable: ['include', 'exclude'],
  run,
};

async function run({ words, flags, lists, directory }: CommandRequest): Promise<CommandResult> {
  const source = resolve(directory, words[0]!);
  const { bits, block, symmetric, format, out, force } = flags;
  if (typeof out !== 'string' || out === '') {
    throw new ForgeError('USAGE', 'onnx quantize requires --out.', { about: 'out', hint: 'Give --out FILE.onnx.' });
  }
  const target = resolve(directory, out);
  for (const path of [target, `${target}.data`]) await requireOutput(path, force as boolean);
  const report = await quantizeWeights(source, target, {
    bits: Number(bits) as 4 | 8,
    block: block as number,
    symmetric: symmetric as boolean,
    format: format as 'nbits' | 'qdq',
    ...(lists.include!.length > 0 && { include: lists.include! }),
    ...(lists.exclude!.length > 0 && { exclude: lists.exclude! }),
  });
  return { data: report, text: textOf(report, Number(bits)) };
}

function textOf({ weights, kept, bytesBefore, bytesAfter, files }: QuantizeReport, bits: number): string {
  const worst = weights.reduce((worst, weight) => (weight.error > worst.error ? weight : worst));
  const count = weights.length === 1 ? '1 weight' : `${weights.length} weights`;
  const others = kept.length === 0 ? '' : `; ${kept.length} kept as they are`;
  return [
    `Quantized ${count} to ${bits} bits${others}: ${formatBytes(bytesBefore)} before, ${formatBytes(bytesAfter)} after.`,
    `Largest relative error: ${(100 * worst.error).toPrecision(2)} %, of "${worst.name}".`,
    ...files.map((file) => `Wrote ${file}.`),
  ].join('\n');
}
