import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { isOnnxError, messageOf } from '../errors/onnx-error.js';
import { modelBytes } from '../export/to-model.js';
import type { TensorData } from '../tensor/tensor.js';
import { casesFolder, difference, hasCases, readCase, runModel } from './model-cases.test.support.js';
import { readModel } from './read-model.js';

/** Forms of operators that opset 21 does not support. */
const gone = new Set(['test_resize_downsample_sizes_nearest_tf_half_pixel_for_nn', 'test_scan_sum']);

function isExpectedRejection(name: string, message: string): boolean {
  return gone.has(name) && message.includes('cannot be written in opset 21');
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

type Verdict = 'passed' | 'rejected' | 'unusable' | { readonly failure: string };

async function judge(kind: string, name: string): Promise<Verdict> {
  const example = await readCase(kind, name);
  // Models that ONNX Runtime does not run, or runs with other results, cannot be compared.
  if (!example || firstDifference(await runModel(example.model, example.inputs), example.outputs)) return 'unusable';
  try {
    const graph = await readModel(example.model);
    const failure = firstDifference(await runModel(modelBytes(graph), example.inputs), example.outputs);
    return failure ? { failure } : 'passed';
  } catch (error) {
    if (isOnnxError(error) && isExpectedRejection(name, error.message)) return 'rejected';
    return { failure: messageOf(error) };
  }
}

/** The minimum that must pass: as many as in version 1.12 of the package. */
const kinds = { node: 788, 'pytorch-operator': 24, 'pytorch-converted': 59 };

describe("ONNX's own operator tests, read and written back", function () {
  this.timeout(300_000);

  for (const [kind, least] of Object.entries(kinds)) {
    it(`${kind}: outputs as expected`, async function () {
      if (!hasCases()) {
        console.log(`      skipped: ${casesFolder} does not exist (apt-get install libonnx-testdata)`);
        return this.skip();
      }
      const counts = { passed: 0, rejected: 0, unusable: 0 };
      const failures: string[] = [];
      for (const name of (await readdir(join(casesFolder, kind))).sort()) {
        const verdict = await judge(kind, name);
        if (typeof verdict === 'string') counts[verdict] += 1;
        else failures.push(`${name}: ${verdict.failure}`);
      }
      console.log(`      ${kind}: ${JSON.stringify(counts)}`);
      expect(failures.join('\n')).to.equal('');
      expect(counts.passed).to.be.at.least(least);
    });
  }
});
