import { elements, type TensorData, tensor } from '@forge-ml/core/plugin';
import { toModel } from '@forge-ml/onnx';
import { type Graph, input, parameter, walkGraph } from '@forge-ml/onnx/graph';
import { add, matMul, reduceSum } from '@forge-ml/onnx/ops';
import { encode, modelProto } from '@forge-ml/onnx/proto';
import { liveHandles } from '@forge-ml/ort';
import { expect } from 'chai';
import { NativeRuntime } from './native-runtime.js';
import type { GraphRequest, Results } from './protocol.js';
import type { WorkerSession } from './worker-session.js';

/** w ← w + x, and the sum of the next w; `fixed` is read only. */
function update(): GraphRequest {
  const [w, fixed] = [parameter('w', tensor(new Float32Array(4))), parameter('fixed', tensor(new Float32Array(4)))];
  const x = input('x', 'float32', [4]);
  const next = add(w, x);
  const loss = reduceSum(add(next, fixed), undefined, { keepdims: false });
  return requestOf('train', {
    inputs: [x],
    outputs: new Map([
      ['w/next', next],
      ['loss', loss],
      ['x/seen', x],
    ]),
  });
}

/** Fails in a run where the inner sizes of x and y differ, which only a run knows. */
function product(): GraphRequest {
  const w = parameter('w', tensor(new Float32Array(4)));
  const [x, y] = [input('x', 'float32', ['n', 'm']), input('y', 'float32', ['k', 'n'])];
  const outputs = new Map([['w/next', add(w, reduceSum(matMul(x, y), undefined, { keepdims: false }))]]);
  return requestOf('fail', { inputs: [x, y], outputs });
}

function requestOf(name: string, graph: Graph): GraphRequest {
  return {
    name,
    model: encode(modelProto, toModel(graph, { parametersAs: 'inputs' })),
    outputs: [...graph.outputs.keys()],
    forCpu: [],
    reads: walkGraph(graph).parameters.map(({ name }) => name),
    writes: [['w/next', 'w']],
    numbers: graph.outputs.has('loss') ? [['loss', 'float32']] : [],
  };
}

const floats = (...values: number[]): TensorData => tensor(Float32Array.from(values));
const numbersOf = (value: TensorData | undefined) => [...(elements(value!) as Float32Array)];

describe('state in the memory of a device', () => {
  let runtime: NativeRuntime;
  let session: WorkerSession;
  beforeEach(async () => {
    runtime = new NativeRuntime({ threads: 1, provider: 'cpu', deviceId: undefined });
    session = await runtime.openOnDevice('Cpu');
    await session.open(update());
    session.set([
      ['w', floats(1, 2, 3, 4)],
      ['fixed', floats(1, 1, 1, 1)],
    ]);
  });
  afterEach(async () => {
    await session.close();
    expect(session.size).to.equal(0);
    // Ending the runtime would release these too.
    expect(liveHandles().live, 'closed').to.not.have.any.keys('binding', 'value');
    runtime.end();
    expect(liveHandles().live, 'ended').to.deep.equal({});
  });

  const step = (x: number) => session.run('train', { feeds: [['x', floats(x, x, x, x)]] });
  const current = async (name: string) => numbersOf((await session.get([name]))[0]![1]);

  it('is copied when it is set and read, and in no step', async () => {
    expect(runtime.stateCopies).to.equal(2);
    for (let at = 0; at < 100; at++) {
      const { numbers, tensors } = await step(1);
      expect(numbers).to.deep.equal([14 + 4 * (at + 1)]);
      expect(tensors.map(([name, value]) => [name, numbersOf(value)])).to.deep.equal([['x/seen', [1, 1, 1, 1]]]);
    }
    expect(runtime.stateCopies).to.equal(2);
    expect(await current('w')).to.deep.equal([101, 102, 103, 104]);
    expect(await current('fixed')).to.deep.equal([1, 1, 1, 1]);
    expect(runtime.stateCopies).to.equal(4);
  });

  it('is given as it is at the time of the request, in memory to transfer', async () => {
    await step(1);
    let given: Results | undefined;
    let moved: ArrayBuffer[] = [];
    session.give(['w'], (results, transfer = []) => {
      given = results;
      moved = transfer;
    });
    await step(1);
    expect(numbersOf(given!.tensors![0]![1])).to.deep.equal([2, 3, 4, 5]);
    expect(moved).to.deep.equal([given!.tensors![0]![1].bytes.buffer]);
    expect(await current('w')).to.deep.equal([3, 4, 5, 6]);
  });

  it('keeps its own copy of what it is set to, of all types and ranks', async () => {
    const given = floats(1, 1, 1, 1);
    const values: [string, TensorData][] = [
      ['w', given],
      ['scalar', tensor(Float32Array.of(7), [])],
      ['empty', tensor(new Float32Array(), [0, 3])],
      ['counts', tensor(BigInt64Array.of(1n, 2n), [1, 2])],
      ['flags', { dtype: 'bool', shape: [3], bytes: Uint8Array.of(1, 0, 1) }],
      ['halves', { dtype: 'bfloat16', shape: [2], bytes: Uint8Array.of(1, 2, 3, 4) }],
    ];
    session.set(values);
    const names = values.map(([name]) => name);
    const expected = values.map(([name, value]) => [name, { ...value, bytes: value.bytes.slice() }]);
    given.bytes.fill(0);
    expect(await session.get(names)).to.deep.equal(expected);
  });

  it('stays as it was after a run that fails, or is ended', async () => {
    await session.open(product());
    const tensors = [tensor(new Float32Array(6), [2, 3]), tensor(new Float32Array(8), [4, 2])] as const;
    const failing = session.run('fail', {
      feeds: [
        ['x', tensors[0]],
        ['y', tensors[1]],
      ],
    });
    expect(await failing.catch((error: Error) => error)).to.be.instanceOf(Error);
    runtime.runOptions.terminate();
    expect(await step(1).catch((error: { code: string }) => error.code)).to.equal('STOPPED');
    runtime.allowRuns();
    expect(await current('w')).to.deep.equal([1, 2, 3, 4]);
    await step(1);
    expect(await current('w')).to.deep.equal([2, 3, 4, 5]);
  });

  it('takes no more memory after 10,000 steps', async () => {
    const large = tensor(new Float32Array(2 ** 16));
    session.set([['large', large]]);
    for (let at = 0; at < 1000; at++) await step(1);
    const [before, handles] = [process.memoryUsage.rss(), liveHandles().live];
    for (let at = 0; at < 10_000; at++) await step(1);
    expect(liveHandles().live).to.deep.equal(handles);
    expect(process.memoryUsage.rss() - before).to.be.below(24 * 2 ** 20);
  }).timeout(60_000);
});
