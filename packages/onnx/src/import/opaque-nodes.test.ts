import { expect } from 'chai';
import { gradientsOf } from '../autodiff/gradients.js';
import { modelBytes, toModel } from '../export/to-model.js';
import { int, text } from '../graph/ir/attributes.js';
import { dump } from '../graph/ir/dump.js';
import type { Value } from '../graph/ir/graph.js';
import { input } from '../graph/ir/values.js';
import { optimize } from '../graph/optimize/optimize.js';
import { rebuild } from '../graph/rewrite/rebuild.js';
import { mul } from '../ops/elementwise.js';
import { reduceSum } from '../ops/reduction.js';
import { attributeProto, tensorProto, tensorShapeProto, tensorTypeProto, typeProto } from '../proto/codecs.js';
import { tensor } from '../tensor/tensor.js';
import { runModel } from './model-cases.test.support.js';
import { bodyAttribute, float32, graphOf, modelOf, nodeOf } from './model-file.test.support.js';
import { readModel } from './read-model.js';

const w = tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
const x = tensor(Float32Array.of(1, -1, 2, 0.5), [2, 2]);
const sum = (value: Value) => reduceSum(mul(value, value), undefined, { keepdims: false });

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string };
    return `${message} ${hint}`;
  }
  return 'none';
}

/** features = x · w; odd, of an unknown operator, then y = relu(odd). */
const unknownTail = modelOf({
  inputs: { x: float32('batch', 2) },
  initializers: { w },
  domains: ['com.example'],
  nodes: [
    nodeOf('MatMul', ['x', 'w'], ['features']),
    nodeOf('Frobnicate', ['features'], ['odd'], { strength: int(3) }, { name: 'frob', domain: 'com.example' }),
    nodeOf('Relu', ['odd'], ['y'], {}, { name: 'last' }),
  ],
  outputs: ['y', 'features'],
});

describe('operators that are only kept', () => {
  it('do not block what comes before them', async () => {
    const model = await readModel(unknownTail);
    const features = model.values.get('features')!;
    expect(features.shape).to.deep.equal(['batch', 3]);
    const [gradient] = gradientsOf(sum(features), [model.parameters.get('w')!]);
    expect(gradient?.shape).to.deep.equal([2, 3]);
  });

  it('fail where their type is needed, with the way to them and where to cut', async () => {
    const { outputs } = await readModel(unknownTail);
    expect(messageOf(() => outputs.get('y')!.shape)).to.equal(
      'The type of what Relu (node "last") computes is not known: com.example.Frobnicate (node "frob") is an unknown ' +
        'operator. The way to it: Relu (node "last") ← com.example.Frobnicate (node "frob"). ' +
        'Cut the model before it (outputs): at "features".',
    );
  });

  it('are kept by rebuilding, optimizing and writing, with their version and attributes', async () => {
    const model = await readModel(unknownTail);
    const [from] = model.inputs;
    const changed = optimize(rebuild(model, new Map<Value, Value>([[from!, input('x', 'float32', [5, 2])]])));
    expect(dump(changed)).to.include('com.example.Frobnicate(%1) strength=3  ?[?]');
    const written = toModel(changed);
    expect(written.opsetImport.map(({ domain, version }) => [domain, version])).to.deep.equal([
      ['', 21n],
      ['com.example', 1n],
    ]);
    expect(written.graph!.node.map(({ opType }) => opType)).to.deep.equal(['MatMul', 'Frobnicate', 'Relu']);
    const again = await readModel(modelBytes(changed));
    expect(again.values.get('features')!.shape).to.deep.equal([5, 3]);
  });

  it('have the types that the file declares; a gradient through them names the way', async () => {
    const declared = modelOf({
      inputs: { x: float32('batch', 2) },
      initializers: { w },
      domains: ['com.example'],
      nodes: [
        nodeOf('MatMul', ['x', 'w'], ['features']),
        nodeOf('Frobnicate', ['features'], ['odd'], {}, { name: 'frob', domain: 'com.example' }),
        nodeOf('Relu', ['odd'], ['y'], {}, { name: 'last' }),
      ],
      valueInfo: { odd: float32('batch', 7) },
      outputs: ['y'],
    });
    const { outputs, parameters } = await readModel(declared);
    const y = outputs.get('y')!;
    expect(y.shape).to.deep.equal(['batch', 7]);
    const message = messageOf(() => gradientsOf(sum(y), [parameters.get('w')!]));
    expect(message).to.include('com.example.Frobnicate (node "frob") has no gradient rule');
    expect(message).to.include('Relu (node "last") ← ');
    expect(message).to.include('Cut the model before it (outputs: "features")');
  });

  it('may return texts: the label of a class', async () => {
    const names = tensorProto.of({
      name: 'names',
      dims: [3n],
      dataType: 8,
      stringData: ['cat', 'dog', 'cow'].map((name) => new TextEncoder().encode(name)),
    });
    const file = modelOf({
      inputs: { x: float32('batch', 2) },
      initializers: { w },
      tensors: [names],
      nodes: [
        nodeOf('MatMul', ['x', 'w'], ['y']),
        nodeOf('ArgMax', ['y'], ['best'], { axis: int(1), keepdims: int(0) }),
        nodeOf('Gather', ['names', 'best'], ['label']),
      ],
      outputs: ['y', 'label'],
      outputTypes: {
        label: typeProto.of({ tensorType: tensorTypeProto.of({ elemType: 8, shape: tensorShapeProto.of({}) }) }),
      },
    });
    const model = await readModel(file);
    expect(messageOf(() => model.outputs.get('label')!.shape)).to.include(
      'the initializer "names" is of type string, which is not supported',
    );
    const written = toModel(model).graph!;
    expect(written.output[1]!.type?.tensorType?.elemType).to.equal(8);
    const { y } = Object.fromEntries(model.outputs);
    expect(gradientsOf(sum(y!), [model.parameters.get('w')!])[0]).to.not.equal(null);
  });

  it('may have bodies, of which the inputs are not tensors', async () => {
    const body = graphOf({
      inputs: { element: undefined },
      nodes: [nodeOf('Exp', ['element'], ['e'])],
      outputs: ['e'],
    });
    const file = modelOf({
      inputs: { x: float32('batch', 2) },
      nodes: [
        nodeOf('SplitToSequence', ['x'], ['s'], { axis: int(0) }),
        nodeOf('SequenceMap', ['s'], ['m'], {}, { attribute: [bodyAttribute('body', body)] }),
        nodeOf('ConcatFromSequence', ['m'], ['y'], { axis: int(0) }),
      ],
      outputs: ['y', 'x'],
    });
    expect((await readModel(file)).outputs.size).to.equal(2);
  });

  it('keep attributes that only they read', async () => {
    const sparse = attributeProto.of({ name: 'value', type: 11, sparseTensor: Uint8Array.of(10, 0) });
    const file = modelOf({
      inputs: { x: float32('batch', 2) },
      nodes: [nodeOf('Constant', [], ['s'], {}, { attribute: [sparse] }), nodeOf('Exp', ['x'], ['y'])],
      outputs: ['y', 's'],
    });
    const written = toModel(await readModel(file)).graph!;
    expect(written.node.find(({ opType }) => opType === 'Constant')!.attribute[0]!.sparseTensor).to.deep.equal(
      Uint8Array.of(10, 0),
    );
  });

  it('are kept in a form that cannot be upgraded', async () => {
    const file = modelOf({
      opset: 12,
      inputs: { x: float32(1, 1, 4, 4) },
      initializers: { scales: tensor(Float32Array.of(1, 1, 0.5, 0.5)) },
      nodes: [
        nodeOf('Exp', ['x'], ['e']),
        nodeOf('Resize', ['e', '', 'scales'], ['y'], {
          coordinate_transformation_mode: text('tf_half_pixel_for_nn'),
        }),
      ],
      outputs: ['y'],
    });
    const model = await readModel(file);
    expect(model.values.get('e')!.shape).to.deep.equal([1, 1, 4, 4]);
    expect(messageOf(() => model.outputs.get('y')!.shape)).to.include('tf_half_pixel_for_nn');
  });
});

describe('sequences that tensors are only passed through', () => {
  const chains: readonly (readonly [string, ReturnType<typeof nodeOf>[]])[] = [
    [
      'split and joined',
      [
        nodeOf('SplitToSequence', ['h'], ['s'], { axis: int(1) }),
        nodeOf('ConcatFromSequence', ['s'], ['y'], { axis: int(1) }),
      ],
    ],
    [
      'split in pieces of a size, without the axis, stacked again',
      [
        nodeOf('SplitToSequence', ['h'], ['s'], { axis: int(-1), keepdims: int(0) }),
        nodeOf('ConcatFromSequence', ['s'], ['y'], { axis: int(0), new_axis: int(1) }),
      ],
    ],
    [
      'built, changed and read by index',
      [
        nodeOf('Exp', ['h'], ['e']),
        nodeOf('SequenceConstruct', ['e', 'h'], ['s']),
        nodeOf('SequenceErase', ['s', 'zero'], ['t']),
        nodeOf('SequenceInsert', ['t', 'e'], ['u']),
        nodeOf('SequenceAt', ['u', 'minus'], ['y']),
      ],
    ],
  ];
  for (const [title, nodes] of chains) {
    it(`${title}: computed and differentiated without them`, async () => {
      const file = modelOf({
        inputs: { x: float32('batch', 2) },
        initializers: { w, zero: tensor(BigInt64Array.of(0n), []), minus: tensor(BigInt64Array.of(-1n), []) },
        nodes: [nodeOf('MatMul', ['x', 'w'], ['h']), ...nodes],
        outputs: ['y'],
      });
      const model = await readModel(file);
      const [expected, actual] = [await runModel(file, [x]), await runModel(modelBytes(model), [x])];
      if (expected instanceof Error) throw expected;
      expect(actual).to.deep.equal(expected);
      const [gradient] = gradientsOf(sum(model.outputs.get('y')!), [model.parameters.get('w')!]);
      expect(gradient?.shape).to.deep.equal([2, 3]);
      expect(dump(model)).to.not.match(/Sequence/);
    });
  }
});

describe('values of unknown rank', () => {
  const branch = (node: ReturnType<typeof nodeOf>, output: string) => graphOf({ nodes: [node], outputs: [output] });
  const squeezed = modelOf({
    inputs: { x: float32('n', 'k', 2) },
    initializers: { w, one: tensor(BigInt64Array.of(1n), []), axes: tensor(BigInt64Array.of(1n)) },
    nodes: [
      nodeOf('MatMul', ['x', 'w'], ['h']),
      nodeOf('Shape', ['h'], ['shape']),
      nodeOf('Gather', ['shape', 'one'], ['size']),
      nodeOf('Equal', ['size', 'one'], ['is_one']),
      nodeOf(
        'If',
        ['is_one'],
        ['q'],
        {},
        {
          name: 'squeeze',
          attribute: [
            bodyAttribute('then_branch', branch(nodeOf('Squeeze', ['h', 'axes'], ['t']), 't')),
            bodyAttribute('else_branch', branch(nodeOf('Identity', ['h'], ['e']), 'e')),
          ],
        },
      ),
      nodeOf('Relu', ['q'], ['y']),
    ],
    outputs: ['y'],
  });

  it('branches of different rank: read, written and run', async () => {
    const model = await readModel(squeezed);
    expect(model.outputs.get('y')!.dtype).to.equal('float32');
    expect(messageOf(() => model.outputs.get('y')!.shape)).to.include(
      'its output 1 is both float32[n, 3] and float32[n, k, 3]',
    );
    for (const k of [1, 2]) {
      const data = tensor(new Float32Array(4 * k).fill(0.5), [2, k, 2]);
      expect(await runModel(modelBytes(model), [data])).to.deep.equal(await runModel(squeezed, [data]));
    }
  });

  for (const [k, rank] of [
    [1, 2],
    [3, 3],
  ] as const) {
    it(`with the size ${k}, only one branch remains`, async () => {
      const model = await readModel(squeezed);
      const from = input('x', 'float32', ['batch', k, 2]);
      const fixed = optimize(rebuild(model, new Map<Value, Value>([[model.inputs[0]!, from]])));
      expect(dump(fixed)).to.not.include('If(');
      expect(fixed.outputs.get('y')!.shape.length).to.equal(rank);
      const [gradient] = gradientsOf(sum(fixed.outputs.get('y')!), [model.parameters.get('w')!]);
      expect(gradient?.shape).to.deep.equal([2, 3]);
    });
  }
});
