import { readdir } from 'node:fs/promises';
import { isForgeError, messageOf, type TensorData } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { modelBytes } from '../export/to-model.js';
import { difference, hasNodeCases, nodeCasesFolder, readNodeCase, runModel } from './node-cases.test.support.js';
import { readOnnx } from './read-onnx.js';

/** Operators that Forge has none of: their cases are refused by name. */
const unknown = new Set(
  [
    'BlackmanWindow Compress ConvInteger DequantizeLinear Det DynamicQuantizeLinear GridSample HammingWindow HannWindow',
    'MatMulInteger MaxUnpool MelWeightMatrix NonMaxSuppression QLinearConv QLinearMatMul QuantizeLinear',
    'ReverseSequence RoiAlign TfIdfVectorizer Unique',
  ].flatMap((line) => line.split(' ')),
);

/** Forms of operators that opset 21 no longer has. */
const gone = new Set(['test_resize_downsample_sizes_nearest_tf_half_pixel_for_nn', 'test_scan_sum']);

function isRefusedRightly(name: string, message: string): boolean {
  const operator = /^(\w+) \(node .*\) is an operator Forge does not know\.$/.exec(message)?.[1];
  return operator ? unknown.has(operator) : gone.has(name) && message.includes('which opset 21 no longer has');
}

function firstDifference(actual: readonly TensorData[] | Error, expected: readonly TensorData[]): string | undefined {
  if (actual instanceof Error) return messageOf(actual);
  for (const [index, tensor] of expected.entries()) {
    const output = actual[index];
    const problem = output ? difference(output, tensor) : 'is missing';
    if (problem) return `output ${index} ${problem}`;
  }
  return undefined;
}

describe("ONNX's own operator tests", function () {
  this.timeout(300_000);

  it('come out as they should when read and written back', async function () {
    if (!hasNodeCases()) {
      console.log(`      skipped: ${nodeCasesFolder} is not there (apt-get install libonnx-testdata)`);
      return this.skip();
    }
    const counts = { passed: 0, refused: 0, unusable: 0 };
    const failures: string[] = [];
    for (const name of (await readdir(nodeCasesFolder)).sort()) {
      const example = await readNodeCase(name);
      const original = example && firstDifference(await runModel(example.model, example.inputs), example.outputs);
      // What ONNX Runtime itself does not run, or runs otherwise than the tests say, cannot be compared.
      if (!example || original !== undefined) {
        counts.unusable += 1;
        continue;
      }
      try {
        const { graph } = await readOnnx(example.model);
        const problem = firstDifference(await runModel(modelBytes(graph), example.inputs), example.outputs);
        if (problem) failures.push(`${name}: ${problem}`);
        else counts.passed += 1;
      } catch (error) {
        if (!isForgeError(error)) throw error;
        if (isRefusedRightly(name, error.message)) counts.refused += 1;
        else failures.push(`${name}: ${error.message}`);
      }
    }
    console.log(`      ${JSON.stringify(counts)}`);
    expect(failures.join('\n')).to.equal('');
    expect(counts.passed).to.be.greaterThan(780);
  });
});
