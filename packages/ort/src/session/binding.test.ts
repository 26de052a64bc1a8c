import { type DType, isForgeError } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { liveHandles } from '../handles/counts.js';
import {
  collectGarbage,
  floats,
  identityModel,
  productModel,
  sharedMemory,
  tensorIn,
  twoOutputs,
} from '../models.test.support.js';
import { openOrt } from '../open-ort.js';
import type { Ort } from '../ort.js';
import { elementTypes } from '../tensors/element-types.js';

describe('a binding of a session', () => {
  let ort: Ort;
  beforeEach(() => {
    ort = openOrt();
  });
  afterEach(() => {
    ort.release();
    expect(liveHandles().live).to.deep.equal({});
  });

  const failing = (call: () => unknown) => {
    try {
      call();
    } catch (error) {
      if (isForgeError(error)) return error;
      throw error;
    }
    throw new Error('It did not fail.');
  };

  it('reads and writes shared memory of WebAssembly in place, in every run', () => {
    const buffer = sharedMemory();
    const [x, y, z] = [64, 128, 192].map((at) => tensorIn([3], { buffer, at })) as [
      ReturnType<typeof tensorIn>,
      ReturnType<typeof tensorIn>,
      ReturnType<typeof tensorIn>,
    ];
    const binding = ort.createSession(productModel()).bind();
    binding.bindInput('x', x);
    binding.bindInput('y', y);
    binding.bindOutput('z', z);
    for (const factor of [2, -3]) {
      floats(x).set([1, 2, 3]);
      floats(y).fill(factor);
      binding.run();
      expect([...floats(z)]).to.deep.equal([factor, 2 * factor, 3 * factor]);
    }
  });

  it('runs in another thread of the process, with the same results and errors', async () => {
    const session = ort.createSession(productModel());
    const binding = session.bind();
    const [x, y] = [tensorIn([2]), tensorIn([2])];
    floats(x).set([2, 3]);
    floats(y).set([5, 7]);
    binding.bindInput('x', x);
    binding.bindInput('y', y);
    binding.bindOutputToDevice('z');
    for (let round = 0; round < 3; round++) {
      const running = binding.runAside();
      expect(failing(() => binding.outputs()).message).to.equal('There are no outputs: no run has completed.');
      await running;
      expect([...floats(binding.outputs().get('z')!.read())]).to.deep.equal([10, 21]);
      floats(x).reverse();
      floats(y).reverse();
      binding.run();
      expect([...floats(binding.outputs().get('z')!.read())]).to.deep.equal([21, 10]);
      floats(x).reverse();
      floats(y).reverse();
    }
    const unbound = session.bind();
    unbound.bindInput('x', x);
    unbound.bindOutputToDevice('z');
    const failure = await unbound.runAside().catch((error: unknown) => error);
    expect(isForgeError(failure) && failure.code).to.equal('MODEL_INVALID');
  });

  for (const dtype of Object.keys(elementTypes) as DType[]) {
    it(`passes ${dtype} on unchanged`, () => {
      const binding = ort.createSession(identityModel(dtype, [3])).bind();
      const [x, y] = [tensorIn([3], { dtype }), tensorIn([3], { dtype })];
      x.bytes.forEach((_, at) => {
        x.bytes[at] = dtype === 'bool' ? at % 2 : at + 1;
      });
      binding.bindInput('x', x);
      binding.bindOutput('y', y);
      binding.run();
      expect(y.bytes).to.deep.equal(x.bytes);
    });
  }

  it('takes scalars, and tensors without elements', () => {
    const scalar = ort.createSession(identityModel('float32', [])).bind();
    const [x, y] = [tensorIn([]), tensorIn([])];
    floats(x)[0] = 7;
    scalar.bindInput('x', x);
    scalar.bindOutput('y', y);
    scalar.run();
    expect(floats(y)[0]).to.equal(7);

    const empty = ort.createSession(identityModel('float32', ['n', 2])).bind();
    empty.bindInput('x', tensorIn([0, 2]));
    empty.bindOutput('y', tensorIn([0, 2]));
    empty.run();
    empty.bindOutputToDevice('y');
    empty.run();
    expect(empty.outputs().get('y')!.read()).to.deep.include({ shape: [0, 2], dtype: 'float32' });
  });

  it('allocates outputs whose shape is not known, again in each run', () => {
    const binding = ort.createSession(productModel()).bind();
    const bind = (values: readonly number[]) => {
      for (const name of ['x', 'y']) {
        const tensor = tensorIn([values.length]);
        floats(tensor).set(values);
        binding.bindInput(name, tensor);
      }
    };
    binding.bindOutputToDevice('z');
    bind([1, 2]);
    binding.run();
    const first = binding.outputs().get('z')!;
    bind([3, 4, 5]);
    binding.run();
    const second = binding.outputs().get('z')!;
    expect([...floats(first.read())]).to.deep.equal([1, 4]);
    expect([...floats(second.read())]).to.deep.equal([9, 16, 25]);
    const { dtype, shape, memory } = second;
    expect({ dtype, shape, memory }).to.deep.equal({
      dtype: 'float32',
      shape: [3],
      memory: { name: 'Cpu', device: 0 },
    });
  });

  it('gives an output as an input to the next run without copying it', () => {
    const binding = ort.createSession(productModel()).bind();
    const x = tensorIn([1]);
    floats(x)[0] = 2;
    binding.bindInput('x', x);
    binding.bindInput('y', x);
    binding.bindOutputToDevice('z');
    for (let run = 0; run < 4; run++) {
      binding.run();
      const z = binding.outputs().get('z')!;
      binding.bindInput('y', z);
      z.release();
    }
    binding.run();
    expect(floats(binding.outputs().get('z')!.read())[0]).to.equal(64);
  });

  it('names inputs and outputs, in whatever order they are bound', () => {
    const session = ort.createSession(twoOutputs());
    expect(session.inputs).to.deep.equal([{ name: 'x', dtype: 'float32', shape: [null] }]);
    expect(session.outputs).to.deep.equal([
      { name: 'a', dtype: 'float32', shape: [null] },
      { name: 'b', dtype: 'float32', shape: [null] },
    ]);
    const binding = session.bind();
    expect(failing(() => binding.outputs()).message).to.equal('There are no outputs: no run has completed.');
    const x = tensorIn([1]);
    floats(x)[0] = 3;
    binding.bindInput('x', x);
    binding.bindOutputToDevice('b');
    binding.bindOutput('a', tensorIn([1]));
    binding.bindOutput('b', tensorIn([1]));
    binding.bindOutputToDevice('a');
    binding.run();
    const results = [...binding.outputs()].map(([name, value]) => [name, floats(value.read())[0]]);
    expect(results).to.deep.equal([
      ['b', 9],
      ['a', 3],
    ]);
  });

  it('refuses what the model does not have, before anything is written', () => {
    const binding = ort.createSession(identityModel('float32', ['n', 2])).bind();
    const cases: readonly [() => void, string][] = [
      [() => binding.bindInput('a', tensorIn([1, 2])), 'The model has no input a.'],
      [() => binding.bindOutput('x', tensorIn([1, 2])), 'The model has no output x.'],
      [() => binding.bindOutputToDevice('x'), 'The model has no output x.'],
      [
        () => binding.bindInput('x', tensorIn([1, 2], { dtype: 'int32' })),
        'The tensor for x has the type int32, not float32.',
      ],
      [
        () => binding.bindOutput('y', tensorIn([1, 2], { dtype: 'uint8' })),
        'The tensor for y has the type uint8, not float32.',
      ],
      [() => binding.bindInput('x', tensorIn([1, 3])), 'The tensor for x has the shape [1,3], not [?,2].'],
      [() => binding.bindInput('x', tensorIn([2])), 'The tensor for x has the shape [2], not [?,2].'],
      [
        () => binding.bindInput('x', { ...tensorIn([1, 2]), shape: [-1, 2] }),
        'The tensor for x has the shape [-1,2], not [?,2].',
      ],
      [
        () => binding.bindOutput('y', { ...tensorIn([1, 2]), shape: [2, 2] }),
        'The tensor for y has 8 bytes, but its shape needs 16.',
      ],
      [
        () => binding.bindInput('x', tensorIn([1, 2], { buffer: new ArrayBuffer(64), at: 2 })),
        'The tensor for x has a position in memory between two elements.',
      ],
    ];
    for (const [call, message] of cases) expect(failing(call)).to.include({ code: 'BACKEND_INVALID', message });
    expect(failing(() => binding.bindOutputToDevice('y', { name: 'Moon' })).code).to.equal('MODEL_INVALID');
  });

  it('refuses a run with an input or all outputs unbound, or an output of another size', () => {
    const session = ort.createSession(productModel());
    const bound = (inputs: readonly string[], output?: number) => {
      const binding = session.bind();
      for (const name of inputs) binding.bindInput(name, tensorIn([2]));
      if (output !== undefined) binding.bindOutput('z', tensorIn([output]));
      return binding;
    };
    expect(failing(() => bound(['x'], 2).run()))
      .to.include({ code: 'MODEL_INVALID' })
      .and.have.property('message')
      .that.includes('y');
    expect(failing(() => bound(['x', 'y']).run()).code).to.equal('MODEL_INVALID');
    expect(failing(() => bound(['x', 'y'], 3).run()).message).to.match(/shape/);
    expect(failing(() => bound(['x', 'y'], 1).run()).message).to.match(/shape/);
    const failed = bound(['x', 'y'], 3);
    expect(failing(() => failed.run())).to.include({ code: 'MODEL_INVALID' });
    expect(failing(() => failed.outputs())).to.include({ code: 'BACKEND_INVALID' });
    bound(['x', 'y'], 2).run();
  });

  it('refuses memory that can move, and that has moved', () => {
    const binding = ort.createSession(identityModel()).bind();
    const Resizable = ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer;
    const resizable = tensorIn([1], { buffer: new Resizable(4, { maxByteLength: 8 }) });
    expect(failing(() => binding.bindInput('x', resizable)).message).to.match(/can be resized/);

    const x = tensorIn([1]);
    binding.bindInput('x', x);
    binding.bindOutput('y', tensorIn([1]));
    binding.run();
    structuredClone(x.bytes.buffer, { transfer: [x.bytes.buffer as ArrayBuffer] });
    expect(failing(() => binding.run())).to.include({
      code: 'BACKEND_INVALID',
      message: 'An array that is bound to a model has lost its memory.',
    });
    binding.bindInput('x', tensorIn([1]));
    binding.run();
  });

  it('keeps bound memory alive as long as anything reads it', () => {
    const session = ort.createSession(identityModel('float32', [1 << 18]));
    const [first, second] = [session.bind(), session.bind()];
    const fill = (value: number) => {
      const tensor = tensorIn([1 << 18]);
      floats(tensor).fill(value);
      return tensor;
    };
    // A function of its own, so that no array stays in this one's stack.
    const give = () => {
      first.bindInput('x', fill(3));
      first.bindOutput('y', fill(0));
      first.run();
      second.bindInput('x', first.outputs().get('y')!);
      first.release();
    };
    give();
    collectGarbage();
    // They reuse the memory of arrays that nothing keeps.
    const others = Array.from({ length: 64 }, () => fill(9));
    const y = fill(0);
    second.bindOutput('y', y);
    second.run();
    expect(others.length + floats(y)[1000]!).to.equal(67);
  });
});
