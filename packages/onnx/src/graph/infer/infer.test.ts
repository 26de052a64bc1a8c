import { expect } from 'chai';
import * as ort from 'onnxruntime-node';
import { modelBytes } from '../../export/to-model.js';
import { type DType, elements, type TensorData } from '../../tensor/tensor.js';
import type { Value } from '../ir/graph.js';
import { bodiesOf, innerNodes, walk } from '../ir/walk.js';
import {
  actualDim,
  actualSizes,
  type Case,
  type Cases,
  Feeds,
  namedSizes,
  type Sizes,
} from './cases/case.test.support.js';
import { controlCases } from './cases/control.test.support.js';
import { elementwiseCases } from './cases/elementwise.test.support.js';
import { linearCases } from './cases/linear.test.support.js';
import { microsoftQuantizedCases, quantizedCases } from './cases/quantized.test.support.js';
import { randomCases } from './cases/random.test.support.js';
import { reductionCases } from './cases/reduction.test.support.js';
import { shapeCases } from './cases/shape.test.support.js';
import { microsoftFusedRules } from './microsoft.js';
import { inferenceRules, microsoftRules } from './rules.js';

const cases: Cases = {
  ...elementwiseCases,
  ...linearCases,
  ...reductionCases,
  ...shapeCases,
  ...controlCases,
  ...randomCases,
  ...quantizedCases,
  ...Object.fromEntries(
    Object.entries(microsoftQuantizedCases).map(([name, make]) => [`com.microsoft: ${name}`, make]),
  ),
};

/** Cases with a size that is known only at run time. */
const dynamic: ReadonlySet<string> = new Set([
  'reduceSum over axes given at run time',
  'reshape to a shape given at run time',
  'slice with bounds given at run time',
  'averagePool whose last window may be in the padding',
  'NonZero',
  'NonMaxSuppression',
  'Compress',
  'Unique',
  'range',
  'loop that may end early',
  'ifThenElse of different sizes',
]);

/** Rules that cannot be compared, because ONNX Runtime has no opset-21 kernel. */
const newer = ['RMSNormalization', 'Swish', 'Attention', 'RotaryEmbedding'];
/** Those that are compared together with their expansions and gradients. */
const expanded = Object.keys(microsoftFusedRules).map((op) => `com.microsoft.${op}`);
const unchecked = [...newer, ...expanded, 'GridSample', 'SimplifiedLayerNormalization'];

function build(make: Case, sizes: Sizes): { values: readonly Value[]; feeds: Feeds } {
  const feeds = new Feeds();
  const made = make(sizes, feeds);
  const values = 'kind' in made ? [made] : made.filter((value) => value !== undefined);
  return { values, feeds };
}

async function run(values: readonly Value[], feeds: Feeds): Promise<ort.Tensor[]> {
  const outputs = new Map(values.map((value, at) => [`y${at}`, value]));
  const session = await ort.InferenceSession.create(modelBytes({ inputs: feeds.inputs, outputs }), {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
  });
  const given = Object.fromEntries([...feeds.data].map(([name, data]) => [name, toTensor(data)]));
  const results = await session.run(given);
  await session.release();
  return [...outputs.keys()].map((name) => results[name]!);
}

function toTensor(data: TensorData): ort.Tensor {
  return new ort.Tensor(data.dtype as 'float32', elements(data) as Float32Array, data.shape);
}

describe('inferred types, compared with ONNX Runtime', () => {
  for (const [name, make] of Object.entries(cases)) {
    it(name, async () => {
      const fixed = build(make, actualSizes);
      const named = build(make, namedSizes);
      const results = await run(named.values, named.feeds);
      for (const [at, { type, dims }] of results.entries()) {
        const inferred = [fixed, named].map(({ values }) => values[at]!);
        expect(inferred.map(({ dtype }) => dtype)).to.eql([type as DType, type as DType]);
        for (const { shape } of inferred) {
          const predicted = shape.map((dim, axis) => actualDim(dim) ?? (dynamic.has(name) ? dims[axis] : dim));
          expect(predicted, `output ${at}: [${shape.join(', ')}]`).to.eql([...dims]);
        }
      }
    });
  }

  it('covers every rule', () => {
    const met = new Set<string>(unchecked);
    for (const make of Object.values(cases)) {
      for (const node of walk(build(make, actualSizes).values).nodes) {
        met.add(node.domain === '' ? node.op : `${node.domain}.${node.op}`);
        for (const body of bodiesOf(node)) for (const { op } of innerNodes(body)) met.add(op);
      }
    }
    const rules = [...Object.keys(inferenceRules), ...Object.keys(microsoftRules).map((op) => `com.microsoft.${op}`)];
    expect(rules.filter((op) => !met.has(op))).to.eql([]);
  });
});
