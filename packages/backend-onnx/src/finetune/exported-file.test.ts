import { tensor } from '@forge-ml/core/plugin';
import { readModel } from '@forge-ml/onnx';
import { relu } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { exportedGraph } from './exported-file.js';
import { float32, modelOf, nodeOf } from './model-file.test.support.js';
import { ownParameters } from './own-parameters.js';

const file = modelOf({
  inputs: { x: float32('batch', 2) },
  initializers: {
    'body.weight': tensor(Float32Array.of(1, 2, 3, 4), [2, 2]),
    'head.weight': tensor(Float32Array.of(5, 6), [2, 1]),
  },
  nodes: [
    nodeOf('MatMul', ['x', 'body.weight'], ['features']),
    nodeOf('MatMul', ['features', 'head.weight'], ['scores']),
  ],
  outputs: ['scores'],
});

describe('the exported graph of a file with a head', () => {
  for (const [cut, name] of [
    ['features', 'scores'],
    ['scores', 'output'],
  ] as const) {
    it(`on top of ${cut} has the output ${name}`, async () => {
      const imported = await readModel(file);
      const wanted = new Map([[cut, imported.values.get(cut)!]]);
      const own = ownParameters(wanted.values(), imported.parameters.values(), imported.values, undefined);
      const head = () => relu(wanted.get(cut)!);
      const { outputs } = exportedGraph({
        imported,
        wanted,
        own,
        substitutes: new Map(),
        rewrite: () => undefined,
        head,
      });
      expect([...outputs.keys()]).to.deep.equal([name]);
    });
  }
});
