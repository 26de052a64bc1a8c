import { expect } from 'chai';
import { modelBytes } from '../export/to-model.js';
import { int } from '../graph/ir/attributes.js';
import { elements, tensor } from '../tensor/tensor.js';
import { runModel } from './model-cases.test.support.js';
import { bodyAttribute, float32, graphOf, modelOf, nodeOf } from './model-file.test.support.js';
import { readModel } from './read-model.js';

const times = { dtype: 'int64', shape: [] } as const;

async function same(model: Uint8Array, inputs: Parameters<typeof runModel>[1]): Promise<number[]> {
  const expected = await runModel(model, inputs);
  const actual = await runModel(modelBytes(await readModel(model)), inputs);
  if (expected instanceof Error) throw expected;
  if (actual instanceof Error) throw actual;
  expect(actual.map(({ bytes }) => [...bytes])).to.deep.equal(expected.map(({ bytes }) => [...bytes]));
  return Array.from(elements(actual[0]!) as ArrayLike<number>, Number);
}

describe('loop bodies without input types', () => {
  it('a carried value of constant shape has that shape', async () => {
    const body = graphOf({
      inputs: { i: times, going: { dtype: 'bool', shape: [] }, carried: undefined },
      nodes: [nodeOf('Identity', ['going'], ['going2']), nodeOf('Add', ['carried', 'w'], ['next'])],
      outputs: ['going2', 'next'],
    });
    const model = modelOf({
      inputs: { times, x: float32(2) },
      initializers: { w: tensor(Float32Array.of(1, 10)) },
      nodes: [nodeOf('Loop', ['times', '', 'x'], ['y'], {}, { attribute: [bodyAttribute('body', body)] })],
      outputs: ['y'],
    });
    expect((await readModel(model)).outputs.get('y')?.shape).to.deep.equal([2]);
    expect(await same(model, [tensor(BigInt64Array.of(3n), []), tensor(Float32Array.of(0, 0))])).to.deep.equal([3, 30]);
  });

  it('one that grows has no fixed size', async () => {
    const body = graphOf({
      inputs: { i: times, going: { dtype: 'bool', shape: [] }, carried: undefined },
      nodes: [
        nodeOf('Identity', ['going'], ['going2']),
        nodeOf('Concat', ['carried', 'carried'], ['next'], { axis: int(0) }),
      ],
      outputs: ['going2', 'next'],
    });
    const model = modelOf({
      inputs: { times, x: float32(1) },
      nodes: [nodeOf('Loop', ['times', '', 'x'], ['y'], {}, { attribute: [bodyAttribute('body', body)] })],
      outputs: ['y'],
    });
    expect(await same(model, [tensor(BigInt64Array.of(2n), []), tensor(Float32Array.of(7))])).to.deep.equal([
      7, 7, 7, 7,
    ]);
  });

  it('a Scan slices its last inputs', async () => {
    const body = graphOf({
      inputs: { sum: undefined, row: undefined },
      nodes: [nodeOf('Add', ['sum', 'row'], ['next']), nodeOf('Identity', ['next'], ['each'])],
      outputs: ['next', 'each'],
    });
    const scan = nodeOf('Scan', ['x', 'rows'], ['y', 'all'], { num_scan_inputs: int(1) });
    const attribute = [bodyAttribute('body', body), ...scan.attribute];
    const model = modelOf({
      inputs: { x: float32(2), rows: float32('n', 2) },
      nodes: [{ ...scan, attribute }],
      outputs: ['y', 'all'],
    });
    const rows = tensor(Float32Array.of(1, 2, 3, 4), [2, 2]);
    expect(await same(model, [tensor(Float32Array.of(0, 0)), rows])).to.deep.equal([4, 6]);
  });

  it('branches that name their outputs as the node does, and nodes out of order', async () => {
    const branch = (op: string) => graphOf({ nodes: [nodeOf(op, ['h'], ['y'])], outputs: ['y'] });
    const attribute = [bodyAttribute('then_branch', branch('Neg')), bodyAttribute('else_branch', branch('Exp'))];
    const node = nodeOf('If', ['flag'], ['y'], {}, { attribute });
    const inputs = { flag: { dtype: 'bool', shape: [] }, x: float32(1) } as const;
    const model = modelOf({ inputs, nodes: [node, nodeOf('Abs', ['x'], ['h'])], outputs: ['y'] });
    const result = await runModel(modelBytes(await readModel(model)), [
      tensor(Uint8Array.of(1), [], 'bool'),
      tensor(Float32Array.of(-3)),
    ]);
    if (result instanceof Error) throw result;
    expect([...elements(result[0]!)]).to.deep.equal([-3]);
  });
});
