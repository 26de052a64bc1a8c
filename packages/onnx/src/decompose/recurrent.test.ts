import { expect } from 'chai';
import { checkGradients, expectClose, randomTensor } from '../autodiff/finite-differences.test.support.js';
import { openGraph } from '../autodiff/run-graph.test.support.js';
import { float, floats, int, text, texts } from '../graph/ir/attributes.js';
import type { Attributes, Value } from '../graph/ir/graph.js';
import type { Shape } from '../graph/ir/types.js';
import { input } from '../graph/ir/values.js';
import { makeNode } from '../graph/make-node.js';
import { RandomStream } from '../random.test.support.js';
import { numbersOf } from '../tensor/numbers.js';
import { type TensorData, tensor } from '../tensor/tensor.js';
import { expandRecurrent } from './recurrent.js';

const gates = { RNN: 1, GRU: 3, LSTM: 4 } as const;
type Op = keyof typeof gates;
const [batch, features, hidden] = [2, 3, 2];

interface Request {
  readonly op: Op;
  readonly time?: number;
  readonly direction?: string;
  readonly attributes?: Attributes;
  readonly without?: readonly number[];
  readonly lengths?: boolean;
  readonly dtype?: 'float32' | 'float64';
  readonly layout?: boolean;
}

/** The node's inputs in ONNX's order, and its node over values of these. */
function recurrent(request: Request): {
  data: readonly TensorData[];
  shapes: readonly Shape[];
  make: (given: readonly Value[]) => readonly Value[];
} {
  const { op, time = 4, direction = 'forward', attributes = {}, without = [], lengths = false } = request;
  const { dtype = 'float32', layout = false } = request;
  const random = RandomStream.of(7, `${op} ${direction} ${time}`);
  const count = direction === 'bidirectional' ? 2 : 1;
  const g = gates[op];
  const first = (shape: readonly number[]) => (layout ? [shape[1]!, shape[0]!, ...shape.slice(2)] : shape);
  const states = op === 'LSTM' ? 2 : 1;
  const parts: (TensorData | null)[] = [
    randomTensor(random, first([time, batch, features]), 'unit', dtype),
    randomTensor(random, [count, g * hidden, features], 'normal', dtype),
    randomTensor(random, [count, g * hidden, hidden], 'normal', dtype),
    randomTensor(random, [count, 2 * g * hidden], 'normal', dtype),
    lengths ? tensor(Int32Array.of(time, time - 2), [batch]) : null,
    ...Array.from({ length: states }, () => randomTensor(random, first([count, batch, hidden]), 'normal', dtype)),
    ...(op === 'LSTM' ? [randomTensor(random, [count, 3 * hidden], 'normal', dtype)] : []),
  ];
  const kept = parts.map((part, at) => (without.includes(at) ? null : part));
  return {
    data: kept.filter((part) => part !== null),
    shapes: kept.flatMap((part, at): Shape[] => {
      if (!part) return [];
      if (at !== 0) return [part.shape];
      return [layout ? ['batch', 'time', features] : ['time', 'batch', features]];
    }),
    make(given) {
      const values = [...given];
      return makeNode({
        op,
        inputs: kept.map((part) => part && values.shift()!),
        attributes: {
          hidden_size: int(hidden),
          direction: text(direction),
          ...(layout ? { layout: int(1) } : {}),
          ...attributes,
        },
        outputs: states + 1,
      });
    },
  };
}

async function run(values: readonly Value[], inputs: readonly Value[], data: readonly TensorData[]) {
  const graph = {
    inputs: inputs.filter((value) => value.kind === 'input'),
    outputs: new Map(values.map((value, at) => [`y${at}`, value])),
  };
  const session = await openGraph(graph);
  const results = await session.run(new Map(data.map((value, at) => [`x${at}`, value])));
  await session.close();
  return values.map((_, at) => results.get(`y${at}`)!);
}

/** Compares the outputs of ONNX Runtime's operator with those of its expansion. */
async function compare(request: Request, named = false): Promise<void> {
  const { data, shapes, make } = recurrent(request);
  const inputs = data.map(({ dtype, shape }, at) => input(`x${at}`, dtype, named ? shapes[at]! : shape));
  const own = make(inputs);
  const expanded = expandRecurrent(own[0]!.kind === 'node' ? own[0]!.node : expect.fail('no node'))!;
  expect(expanded.map(({ shape }) => shape.length)).to.deep.equal(own.map(({ shape }) => shape.length));
  const [expected, actual] = [await run(own, inputs, data), await run(expanded, inputs, data)];
  for (const [at, wanted] of expected.entries()) {
    expect(actual[at]!.shape).to.deep.equal(wanted.shape);
    expectClose(numbersOf(actual[at]!), numbersOf(wanted), 1e-5, `output ${at} of ${JSON.stringify(request)}`);
  }
}

const all: readonly Op[] = ['RNN', 'GRU', 'LSTM'];
const directions = ['forward', 'reverse', 'bidirectional'];

describe('expanded recurrent operators, compared with ONNX Runtime', () => {
  for (const op of all) {
    for (const direction of directions) {
      it(`${op}, ${direction}: short and long, with lengths, and without optional inputs`, async () => {
        for (const time of [4, 11]) {
          await compare({ op, direction, time });
          await compare({ op, direction, time, lengths: true });
          await compare({ op, direction, time, without: [3, 4, 5, 6, 7] });
        }
        await compare({ op, direction, time: 5 }, true);
        await compare({ op, direction, time: 5, without: [4, 5, 6, 7] }, true);
      });
    }
  }

  it('clipped, with other activations and their parameters', async () => {
    for (const op of all) await compare({ op, attributes: { clip: float(0.3) } });
    const activations = texts(['LeakyRelu', 'HardSigmoid']);
    await compare({ op: 'GRU', attributes: { activations: texts(['HardSigmoid', 'Softsign']) } });
    await compare({
      op: 'RNN',
      direction: 'bidirectional',
      attributes: { activations, activation_alpha: floats([0.3, 0.4]), activation_beta: floats([0.1]) },
    });
    await compare({ op: 'LSTM', attributes: { activations: texts(['Sigmoid', 'Relu', 'Tanh']) } });
  });

  it("GRU with linear_before_reset, as PyTorch's; LSTM with input_forget", async () => {
    for (const direction of directions) {
      await compare({ op: 'GRU', direction, time: 9, attributes: { linear_before_reset: int(1) } });
      await compare({ op: 'GRU', direction, without: [3], attributes: { linear_before_reset: int(1) } });
    }
    await compare({ op: 'LSTM', attributes: { input_forget: int(1) } });
  });

  it('batch first gives the same numbers as time first', async () => {
    for (const op of all) {
      const request = { op, direction: 'bidirectional', without: [5, 6] } as const;
      const [plain, swapped] = [recurrent(request), recurrent({ ...request, layout: true })];
      const x = numbersOf(plain.data[0]!);
      const swappedData = Float32Array.from(x, (_, at) => {
        const [b, t, f] = [Math.floor(at / (4 * features)), Math.floor(at / features) % 4, at % features];
        return x[(t * batch + b) * features + f]!;
      });
      const inputs = (data: readonly TensorData[]) => data.map(({ dtype, shape }, at) => input(`x${at}`, dtype, shape));
      const given = inputs(plain.data);
      const data = [tensor(swappedData, [batch, 4, features]), ...plain.data.slice(1)];
      const over = inputs(data);
      const node = swapped.make(over)[0]!;
      const expanded = expandRecurrent(node.kind === 'node' ? node.node : expect.fail('no node'))!;
      const expected = numbersOf((await run(plain.make(given), given, plain.data))[0]!);
      const actual = numbersOf((await run(expanded, over, data))[0]!);
      // Time first: [time, directions, batch, hidden]; batch first: [batch, time, directions, hidden].
      const wanted = actual.map((_, at) => {
        const [b, t, d, h] = [at >> 4, (at >> 2) & 3, (at >> 1) & 1, at & 1];
        return expected[((t * 2 + d) * batch + b) * hidden + h]!;
      });
      expectClose(actual, wanted, 1e-5, op);
    }
  });

  it('rejects unknown activations', () => {
    const inputs = recurrent({ op: 'RNN' }).data.map(({ dtype, shape }, at) => input(`x${at}`, dtype, shape));
    const made = (names: readonly string[]) => {
      const [value] = recurrent({ op: 'RNN', attributes: { activations: texts(names) } }).make(inputs);
      return () => expandRecurrent(value!.kind === 'node' ? value.node : expect.fail('no node'));
    };
    expect(made(['Tangent'])).to.throw('RNN has the activation Tangent, which ONNX does not define.');
    expect(made(['Tanh', 'Tanh'])).to.throw('RNN has 2 activations, not 1.');
  });
});

describe('gradients of recurrent operators', function () {
  this.timeout(60_000);

  for (const op of all) {
    it(`${op}: for all inputs, unrolled and by Scan`, async () => {
      for (const [direction, time] of [
        ['forward', 3],
        ['bidirectional', 3],
        ['reverse', 9],
      ] as const) {
        const { data, make } = recurrent({ op, direction, time, dtype: 'float64', lengths: direction !== 'forward' });
        const build = (...values: Value[]) => {
          const [first] = make(values);
          return expandRecurrent(first!.kind === 'node' ? first.node : expect.fail('no node'))!;
        };
        await checkGradients(build, data);
      }
    });

    it(`${op}: through the node itself`, async () => {
      const { data, make } = recurrent({
        op,
        direction: 'bidirectional',
        attributes: op === 'GRU' ? { linear_before_reset: int(1) } : {},
      });
      await checkGradients((...values) => make(values), data);
    });
  }
});
