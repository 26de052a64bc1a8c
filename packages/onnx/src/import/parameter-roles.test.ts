import { expect } from 'chai';
import { int, ints, tensorAttribute } from '../graph/ir/attributes.js';
import { propagatedNumbers } from '../graph/propagate/known-values.js';
import { stringStringEntryProto, valueInfoProto } from '../proto/codecs.js';
import { sizeOf, type TensorData, tensor } from '../tensor/tensor.js';
import { bodyAttribute, float32, graphOf, type ModelParts, modelOf, nodeOf } from './model-file.test.support.js';
import { readModel } from './read-model.js';

describe('initializers of a file', () => {
  it('floating tensors are parameters, statistics untrained; settings and whole numbers are constants', async () => {
    const vector = tensor(Float32Array.of(1, 1));
    const { parameters, values } = await readModel(
      modelOf({
        inputs: { x: float32('batch', 2, 3, 3) },
        nodes: [
          nodeOf('BatchNormalization', ['x', 'bn.weight', 'bn.bias', 'bn.running_mean', 'bn.running_var'], ['a']),
          nodeOf('Clip', ['a', 'low', 'high'], ['b']),
          nodeOf('Mul', ['b', 'temperature'], ['c']),
          nodeOf('Div', ['c', 'onnx::Div_12'], ['d']),
          nodeOf('Reshape', ['d', 'shape'], ['e']),
          nodeOf('Gemm', ['e', 'onnx::MatMul_7'], ['y']),
        ],
        initializers: {
          'onnx::MatMul_7': tensor(new Float32Array(36), [18, 2]),
          unused: vector,
          'bn.running_var': vector,
          'bn.running_mean': vector,
          'bn.bias': vector,
          'bn.weight': vector,
          low: tensor(Float32Array.of(0), []),
          high: tensor(Float32Array.of(6), []),
          temperature: tensor(Float32Array.of(1), []),
          'onnx::Div_12': tensor(Float32Array.of(8), []),
          shape: tensor(BigInt64Array.of(0n, -1n)),
        },
        outputs: ['y'],
      }),
    );
    const trainable = (wanted: boolean) =>
      [...parameters.values()].filter((p) => p.trainable === wanted).map((p) => p.name);
    expect(trainable(true)).to.have.members(['onnx::MatMul_7', 'bn.bias', 'bn.weight', 'temperature']);
    expect(trainable(false)).to.have.members(['bn.running_mean', 'bn.running_var']);
    expect([...parameters.keys()][0], 'in the order of the file').to.equal('onnx::MatMul_7');
    expect(values.get('high')?.kind).to.equal('constant');
    expect(values.get('c')?.shape).to.deep.equal(['batch', 2, 3, 3]);
  });

  it('an initializer that is also listed as an input is not an input', async () => {
    const graph = await readModel(
      modelOf({
        opset: 9,
        inputs: { x: float32(3, 2), w: float32(2, 2) },
        nodes: [nodeOf('MatMul', ['x', 'w'], ['h']), nodeOf('Squeeze', ['h'], ['y'], { axes: ints([]) })],
        initializers: { w: tensor(new Float32Array(4), [2, 2]) },
        outputs: ['y'],
      }),
    );
    expect(graph.inputs.map(({ name }) => name)).to.deep.equal(['x']);
  });
});

/** Numbers without a pattern. */
const learned = (...shape: number[]): TensorData =>
  tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, at) => Math.sin(12.9898 * (at + shape.length + 1)) * 0.7),
    shape,
  );
const number = (value: number): TensorData => tensor(Float32Array.of(value), []);
const filled = (value: number, ...shape: number[]): TensorData =>
  tensor(new Float32Array(sizeOf(shape)).fill(value), shape);

async function rolesIn(parts: Omit<ModelParts, 'inputs'> & Partial<Pick<ModelParts, 'inputs'>>) {
  const { roles, parameters } = await readModel(modelOf({ inputs: { x: float32('batch', 4) }, ...parts }));
  expect([...roles.keys()]).to.deep.equal([...parameters.keys()]);
  return Object.fromEntries(roles);
}

describe('parameter roles', () => {
  it('scales of quantized weights are constants; biases and gains beside them are not', async () => {
    const vector = tensor(Float32Array.of(0.3, 0.1));
    const bytes = tensor(Int8Array.of(1, 2, 3, 4), [2, 2]);
    const packed = tensor(
      Uint8Array.from({ length: 16 }, (_, at) => 11 * at),
      [2, 1, 8],
    );
    const inBlocks = { K: int(2), N: int(2), bits: int(4), block_size: int(16) };
    const { roles } = await readModel(
      modelOf({
        domains: ['com.microsoft'],
        inputs: { x: float32('batch', 2) },
        nodes: [
          nodeOf('DynamicQuantizeLinear', ['x'], ['a', 'a_scale', 'a_zero']),
          nodeOf('MatMulInteger', ['a', 'w', 'a_zero'], ['b']),
          nodeOf('Mul', ['a_scale', 'w_scale'], ['scale']),
          nodeOf('Cast', ['b'], ['c'], { to: int(1) }),
          nodeOf('Mul', ['c', 'scale'], ['d']),
          nodeOf('Add', ['d', 'up.bias'], ['e']),
          nodeOf('DequantizeLinear', ['v', 'v_scale'], ['f']),
          nodeOf('MatMul', ['e', 'f'], ['g']),
          nodeOf('MatMulNBits', ['g', 'u', 'u_scale'], ['h'], inBlocks, { domain: 'com.microsoft' }),
          nodeOf('Add', ['h', 'onnx::Add_3'], ['y']),
        ],
        initializers: {
          ...{ w: bytes, v: bytes, u: packed, w_scale: vector, v_scale: vector },
          ...{ 'up.bias': vector, 'onnx::Add_3': vector, u_scale: tensor(Float32Array.of(0.3, 0.1), [2, 1]) },
        },
        outputs: ['y'],
      }),
    );
    expect([...roles]).to.deep.equal([
      ['up.bias', 'other-weight'],
      ['onnx::Add_3', 'bias'],
    ]);
  });

  it('weights in Constant nodes, the initializers of branches, and constants in functions', async () => {
    const constantOf = (name: string, data: TensorData) =>
      nodeOf('Constant', [], [name], { value: tensorAttribute(data) });
    const branch = (name: string) =>
      bodyAttribute(
        `${name}_branch`,
        graphOf({
          nodes: [
            nodeOf('MatMul', ['h', `${name}.w`], [`${name}.y`]),
            constantOf(`${name}.b`, learned(3)),
            nodeOf('Add', [`${name}.y`, `${name}.b`], [`${name}.out`]),
          ],
          initializers: { [`${name}.w`]: learned(8, 3) },
          outputs: [`${name}.out`],
        }),
      );
    const roles = await rolesIn({
      nodes: [
        constantOf('w1', learned(4, 8)),
        constantOf('b1', filled(0, 8)),
        nodeOf('Gemm', ['x', 'w1', 'b1'], ['h']),
        nodeOf('ReduceMax', ['h'], ['top'], { keepdims: int(0) }),
        constantOf('limit', number(1)),
        nodeOf('Greater', ['top', 'limit'], ['is_large']),
        nodeOf('If', ['is_large'], ['y'], {}, { attribute: [branch('then'), branch('else')] }),
        nodeOf('Own', ['y'], ['z'], {}, { domain: 'own', name: 'call' }),
      ],
      domains: ['own'],
      functions: [
        {
          domain: 'own',
          name: 'Own',
          input: ['a'],
          output: ['c'],
          node: [constantOf('inner', learned(3, 3)), nodeOf('MatMul', ['a', 'inner'], ['c'])],
        },
      ],
      outputs: ['z'],
    });
    expect(roles).to.deep.equal({
      w1: 'weight',
      b1: 'bias',
      'then.w': 'weight',
      'then.b': 'bias',
      'else.w': 'weight',
      'else.b': 'bias',
      'call/inner': 'weight',
    });
  });

  it('a branch with equal names in both graphs has two parameters', async () => {
    const branch = (name: string) =>
      bodyAttribute(
        name,
        graphOf({ nodes: [nodeOf('MatMul', ['x', 'w'], ['r'])], initializers: { w: learned(4, 2) }, outputs: ['r'] }),
      );
    const bools = tensor(Uint8Array.of(1), [], 'bool');
    const nodes = [nodeOf('If', ['on'], ['y'], {}, { attribute: [branch('then_branch'), branch('else_branch')] })];
    expect(await rolesIn({ nodes, initializers: { on: bools }, outputs: ['y'] })).to.deep.equal({
      w: 'weight',
      w_2: 'weight',
    });
  });

  it('norms that are written out have a scale and a bias, but no exponent and no epsilon', async () => {
    const nodes = [
      nodeOf('ReduceMean', ['x'], ['mean'], { axes: ints([-1]) }),
      nodeOf('Sub', ['x', 'mean'], ['centred']),
      nodeOf('Pow', ['centred', 'two'], ['squares']),
      nodeOf('ReduceMean', ['squares'], ['variance'], { axes: ints([-1]) }),
      nodeOf('Add', ['variance', 'tiny.value'], ['positive']),
      nodeOf('Sqrt', ['positive'], ['deviation']),
      nodeOf('Div', ['centred', 'deviation'], ['normal']),
      nodeOf('Mul', ['normal', 'onnx::Mul_9'], ['scaled']),
      nodeOf('Add', ['scaled', 'onnx::Add_10'], ['y']),
    ];
    const initializers = {
      two: number(2),
      'tiny.value': number(1e-5),
      'onnx::Mul_9': filled(1, 4),
      'onnx::Add_10': filled(0, 4),
    };
    const roles = await rolesIn({ opset: 17, nodes, initializers, outputs: ['y'] });
    expect(roles).to.deep.equal({ 'onnx::Mul_9': 'scale', 'onnx::Add_10': 'bias' });
  });

  it("a group norm's 1 and 0 are constants beside its scale and bias", async () => {
    const nodes = [
      nodeOf('Reshape', ['x', 'groups'], ['grouped']),
      nodeOf('InstanceNormalization', ['grouped', 'onnx::Instance_1', '/norm/Constant_output_0'], ['normal']),
      nodeOf('Shape', ['x'], ['shape']),
      nodeOf('Reshape', ['normal', 'shape'], ['same']),
      nodeOf('Mul', ['same', 'norm.weight'], ['scaled']),
      nodeOf('Add', ['scaled', 'norm.bias'], ['y']),
    ];
    const initializers = {
      groups: tensor(BigInt64Array.of(0n, 2n, -1n)),
      'onnx::Instance_1': filled(1, 2),
      '/norm/Constant_output_0': filled(0, 2),
      'norm.weight': filled(1, 4),
      'norm.bias': filled(0, 4),
    };
    const roles = await rolesIn({ nodes, initializers, outputs: ['y'] });
    expect(roles).to.deep.equal({ 'norm.weight': 'scale', 'norm.bias': 'bias' });
  });

  it('numbers in code are constants, whatever their names', async () => {
    const roles = await rolesIn({
      nodes: [
        nodeOf('MatMul', ['x', 'w'], ['h']),
        nodeOf('Add', ['h', 'model/act/add/y:0'], ['shifted']),
        nodeOf('Clip', ['shifted', 'low.bias', 'where_max'], ['bounded']),
        nodeOf('Mul', ['bounded', 'sixth'], ['gate']),
        nodeOf('Mul', ['gate', 'h'], ['swish']),
        nodeOf('Div', ['swish', 'root_of_size'], ['y0']),
        nodeOf('Pow', ['y0', 'exponents.weight'], ['y1']),
        nodeOf('Greater', ['y1', 'thresholds'], ['above']),
        nodeOf('Where', ['above', 'y1', 'scalar_tensor_default'], ['y2']),
        nodeOf('Add', ['y2', 'causal_mask'], ['y3']),
        nodeOf('Div', ['y3', 'p2o.helper.constant.1'], ['y4']),
        nodeOf('Mul', ['y4', 'logit_scale'], ['y']),
      ],
      initializers: {
        w: learned(4, 8),
        'p2o.helper.constant.1': number(6),
        'model/act/add/y:0': number(3),
        'low.bias': number(0),
        where_max: number(6),
        sixth: number(1 / 6),
        root_of_size: tensor(Float32Array.of(2.5), [1]),
        'exponents.weight': learned(8),
        thresholds: learned(8),
        scalar_tensor_default: number(0),
        causal_mask: tensor(Float32Array.of(0, -1e9, 0, 0, -1e9, 0, 0, 0), [1, 8]),
        logit_scale: number(2.6),
      },
      outputs: ['y'],
    });
    expect(roles).to.deep.equal({ w: 'weight', logit_scale: 'other-weight' });
  });

  it('tables of positions are constants: rotary, sinusoidal, frequencies, grids', async () => {
    const angle = (at: number) => Math.floor(at / 8) * 10 ** (-(at % 4) / 2);
    const table = (f: (angle: number) => number) =>
      tensor(
        Float32Array.from({ length: 48 }, (_, at) => f(angle(at))),
        [6, 8],
      );
    const sines = Float32Array.from({ length: 48 }, (_, at) => (at % 8 < 4 ? Math.sin : Math.cos)(angle(at)));
    const roles = await rolesIn({
      inputs: {
        x: float32('batch', 6, 8),
        turned: float32('batch', 6, 8),
        at: { dtype: 'int64', shape: ['batch', 6] },
      },
      nodes: [
        nodeOf('Add', ['x', 'encoder.embed_positions.weight'], ['placed']),
        nodeOf('Mul', ['placed', 'unsqueeze_16'], ['a']),
        nodeOf('Gather', ['sin_cached', 'at'], ['sin']),
        nodeOf('Mul', ['turned', 'sin'], ['b']),
        nodeOf('Add', ['a', 'b'], ['rotated']),
        nodeOf('Cast', ['at'], ['positions'], { to: int(1) }),
        nodeOf('Unsqueeze', ['positions', 'last'], ['column']),
        nodeOf('MatMul', ['column', 'inv_freq'], ['angles']),
        nodeOf('Cos', ['angles'], ['cosines']),
        nodeOf('Add', ['rotated', 'cosines'], ['moved']),
        nodeOf('Add', ['moved', 'grid'], ['on_grid']),
        nodeOf('Add', ['on_grid', 'learned_places'], ['y']),
      ],
      initializers: {
        'encoder.embed_positions.weight': tensor(sines, [1, 6, 8]),
        unsqueeze_16: table(Math.cos),
        sin_cached: table(Math.sin),
        last: tensor(BigInt64Array.of(-1n)),
        inv_freq: tensor(Float32Array.of(1, 0.7, 0.3, 0.1, 0.01, 3, 2, 5), [1, 8]),
        grid: tensor(
          Float32Array.from({ length: 48 }, (_, at) => (at % 8) * 0.5 + 1),
          [6, 8],
        ),
        learned_places: learned(6, 8),
      },
      outputs: ['y'],
    });
    expect(roles).to.deep.equal({ learned_places: 'other-weight' });
  });

  it('learned tensors outside of layers: tokens, places, scales, slopes, embeddings, weight norm', async () => {
    const roles = await rolesIn({
      inputs: { x: float32('batch', 3, 8), ids: { dtype: 'int64', shape: ['batch'] } },
      nodes: [
        nodeOf('Concat', ['token', 'x'], ['h0'], { axis: int(1) }),
        nodeOf('Slice', ['places', 'zero', 'four', 'one'], ['own_places']),
        nodeOf('Add', ['h0', 'own_places'], ['h1']),
        nodeOf('Mul', ['h1', 'layer_scale'], ['h2']),
        nodeOf('PRelu', ['h2', '/slope_output_0'], ['h3']),
        nodeOf('ReduceL2', ['v', 'one'], ['length']),
        nodeOf('Div', ['v', 'length'], ['direction']),
        nodeOf('Mul', ['g', 'direction'], ['turned']),
        nodeOf('Transpose', ['turned'], ['weight']),
        nodeOf('MatMul', ['h3', 'weight'], ['h4']),
        nodeOf('Gather', ['words', 'ids'], ['word']),
        nodeOf('Add', ['h4', 'word'], ['y']),
      ],
      initializers: {
        token: learned(1, 1, 8),
        zero: tensor(BigInt64Array.of(0n)),
        one: tensor(BigInt64Array.of(1n)),
        four: tensor(BigInt64Array.of(4n)),
        places: learned(1, 6, 8),
        layer_scale: filled(1e-6, 8),
        '/slope_output_0': filled(0.25, 8),
        v: learned(8, 8),
        g: learned(8, 1),
        words: learned(11, 8),
      },
      outputs: ['y'],
    });
    expect(roles).to.deep.equal({
      token: 'other-weight',
      places: 'other-weight',
      layer_scale: 'other-weight',
      '/slope_output_0': 'other-weight',
      v: 'weight',
      g: 'other-weight',
      words: 'embedding',
    });
  });

  it("an image's mean and deviation are constants; a batch norm written out keeps its statistics", async () => {
    const roles = await rolesIn({
      inputs: { x: float32('batch', 3, 8, 8) },
      nodes: [
        nodeOf('Sub', ['x', 'mean'], ['centred']),
        nodeOf('Div', ['centred', 'deviation'], ['normal']),
        nodeOf('Conv', ['normal', 'w'], ['h']),
        nodeOf('Add', ['variance', 'tiny'], ['positive']),
        nodeOf('Sqrt', ['positive'], ['root']),
        nodeOf('Div', ['gamma', 'root'], ['scale']),
        nodeOf('Mul', ['h', 'scale'], ['y']),
      ],
      initializers: {
        mean: learned(3, 1, 1),
        deviation: learned(3, 1, 1),
        w: learned(5, 3, 1, 1),
        variance: learned(5, 1, 1),
        tiny: number(1e-5),
        gamma: filled(1, 5, 1, 1),
      },
      outputs: ['y'],
    });
    expect(roles).to.deep.equal({ w: 'weight', variance: 'statistics', gamma: 'other-weight' });
  });

  it('what torch.export says of a tensor decides', async () => {
    const buffer = { name: 'scale', kind: 'BUFFER' };
    const parameter = { name: 'val_3', kind: 'PARAMETER' };
    const key = 'pkg.torch.export.graph_signature.InputSpec.kind';
    const valueInfo = [buffer, parameter].map(({ name, kind }) =>
      valueInfoProto.of({ name, metadataProps: [stringStringEntryProto.of({ key, value: kind })] }),
    );
    const roles = await rolesIn({
      nodes: [nodeOf('Mul', ['x', 'scale'], ['h']), nodeOf('Mul', ['h', 'val_3'], ['y'])],
      initializers: { scale: learned(4), val_3: number(0.7) },
      valueInfo,
      outputs: ['y'],
    });
    expect(roles).to.deep.equal({ val_3: 'other-weight' });
  });

  it('numbers that were computed from a parameter are not known', async () => {
    const { outputs } = await readModel(
      modelOf({
        inputs: { x: float32('batch', 4) },
        nodes: [nodeOf('Reshape', ['gamma', 'row'], ['wide']), nodeOf('Mul', ['x', 'wide'], ['y'])],
        initializers: { gamma: filled(1, 4), row: tensor(BigInt64Array.of(1n, 4n)) },
        outputs: ['y'],
      }),
    );
    const y = outputs.get('y')!;
    expect(y.kind === 'node' && propagatedNumbers(y.node.inputs[1])).to.equal(undefined);
  });
});
