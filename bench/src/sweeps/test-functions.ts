import type { Parameter, ParameterValues, Space } from '@forge-ml/core/plugin';

export interface TestFunction {
  readonly name: string;
  readonly space: Space;
  readonly least: number;
  value(parameters: ParameterValues): number;
}

const number = (low: number, high: number, step: number | null = null): Parameter => ({
  ...{ kind: 'float', low, high, log: false, step, when: null },
});
const log = (low: number, high: number): Parameter => ({
  ...{ kind: 'float', low, high, log: true, step: null, when: null },
});
const integer = (low: number, high: number, isLog = false): Parameter => ({
  ...{ kind: 'integer', low, high, log: isLog, step: 1, when: null },
});
const choice = (...choices: string[]): Parameter => ({ kind: 'choice', choices, when: null });
const when = (parameter: Parameter, name: string, ...values: string[]): Parameter => ({
  ...parameter,
  when: { parameter: name, values },
});

/** A function of numbers with the same range each. */
function ofNumbers(
  name: string,
  dimensions: number,
  parameter: Parameter,
  value: (x: readonly number[]) => number,
  least = 0,
): TestFunction {
  const names = Array.from({ length: dimensions }, (_, at) => `x${at}`);
  return {
    name: `${name}, ${dimensions} parameters`,
    space: Object.fromEntries(names.map((x) => [x, parameter])),
    least,
    value: (parameters) => value(names.map((x) => parameters[x] as number)),
  };
}

const sum = (x: readonly number[], term: (x: number, at: number) => number) =>
  x.reduce((total, here, at) => total + term(here, at), 0);
const product = (x: readonly number[], factor: (x: number, at: number) => number) =>
  x.reduce((total, here, at) => total * factor(here, at), 1);

function branin(x: number, y: number): number {
  const curve = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
  return curve ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}

const hartmannScales = [1, 1.2, 3, 3.2];
const hartmannWidths = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const hartmannCenters = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];

function hartmann(x: readonly number[]): number {
  const distance = (peak: number) =>
    sum(x, (here, at) => hartmannWidths[peak]![at]! * (here - hartmannCenters[peak]![at]! / 10_000) ** 2);
  return -sum(hartmannScales, (scale, peak) => scale * Math.exp(-distance(peak)));
}

function levy(x: readonly number[]): number {
  const w = x.map((here) => 1 + (here - 1) / 4);
  const last = w.at(-1)!;
  const inner = sum(w.slice(0, -1), (here) => (here - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * here + 1) ** 2));
  return Math.sin(Math.PI * w[0]!) ** 2 + inner + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2);
}

function ackley(x: readonly number[]): number {
  const spread = Math.sqrt(sum(x, (here) => here ** 2) / x.length);
  const waves = sum(x, (here) => Math.cos(2 * Math.PI * here)) / x.length;
  return -20 * Math.exp(-0.2 * spread) - Math.exp(waves) + 20 + Math.E;
}

const rastrigin = (x: readonly number[]) => sum(x, (here) => here ** 2 - 10 * Math.cos(2 * Math.PI * here) + 10);

/** Like the loss of a training: the optimizer and the depth change what rate and width are best. */
const training: TestFunction = {
  name: 'a mixed space with choices and logarithms',
  space: {
    rate: log(1e-5, 1),
    optimizer: choice('adam', 'sgd', 'rmsprop'),
    activation: choice('relu', 'tanh', 'gelu', 'sigmoid'),
    layers: integer(1, 8),
    width: integer(8, 1024, true),
    dropout: number(0, 0.5, 0.05),
  },
  least: 0,
  value({ rate, optimizer, activation, layers, width, dropout }) {
    const bestRate = optimizer === 'sgd' ? -1 : -3;
    const bestDropout = 0.05 * Math.round(Math.log2(width as number) / 2);
    return (
      (Math.log10(rate as number) - bestRate) ** 2 +
      { adam: 0, rmsprop: 0.3, sgd: 0.2 }[optimizer as 'adam']! +
      { relu: 0.1, gelu: 0, tanh: 0.4, sigmoid: 1 }[activation as 'relu']! +
      0.1 * Math.abs((layers as number) - 4) +
      0.2 * (Math.log2(width as number) - 8) ** 2 +
      4 * ((dropout as number) - bestDropout) ** 2
    );
  },
};

/** Each optimizer has parameters of its own, which depend on one another. */
const conditional: TestFunction = {
  name: 'a conditional space',
  space: {
    optimizer: choice('adam', 'sgd', 'lbfgs'),
    decay: log(1e-6, 1e-1),
    rate: when(log(1e-4, 1), 'optimizer', 'sgd'),
    momentum: when(number(0, 1), 'optimizer', 'sgd'),
    beta1: when(number(0, 1), 'optimizer', 'adam'),
    beta2: when(number(0, 1), 'optimizer', 'adam'),
    adamRate: when(log(1e-5, 1e-1), 'optimizer', 'adam'),
    memory: when(integer(1, 30), 'optimizer', 'lbfgs'),
  },
  least: 0,
  value({ optimizer, decay, rate, momentum, beta1, beta2, adamRate, memory }) {
    const common = 0.2 * (Math.log10(decay as number) + 4) ** 2;
    if (optimizer === 'lbfgs') return common + 0.8 + 0.01 * ((memory as number) - 20) ** 2;
    if (optimizer === 'sgd') {
      // A higher momentum needs a lower rate.
      const best = -1 - 2 * (momentum as number);
      return common + 0.1 + (Math.log10(rate as number) - best) ** 2 + ((momentum as number) - 0.9) ** 2;
    }
    const difference = (beta1 as number) - (beta2 as number) + 0.1;
    return common + (Math.log10(adamRate as number) + 3) ** 2 + 4 * difference ** 2 + ((beta1 as number) - 0.9) ** 2;
  },
};

const weights = [3, 1, 4, 1, 5, 9];
const letters = ['a', 'b', 'c', 'd'];
const choices: TestFunction = {
  name: 'choices, 6 parameters',
  space: Object.fromEntries(weights.map((_, at) => [`x${at}`, choice(...letters)])),
  least: 0,
  value: (parameters) =>
    sum(weights, (weight, at) => weight * ((letters.indexOf(parameters[`x${at}`] as string) + at) % 4)),
};

/** Those without another source: Surjanovic and Bingham, "Virtual library of simulation experiments", 2013. */
export const testFunctions: readonly TestFunction[] = [
  {
    name: 'Branin',
    space: { x: number(-5, 10), y: number(0, 15) },
    least: 0.397887357729738,
    value: ({ x, y }) => branin(x as number, y as number),
  },
  ofNumbers('Hartmann', 6, number(0, 1), hartmann, -3.32236801141551),
  ofNumbers('Rosenbrock', 4, number(-5, 10), (x) =>
    sum(x.slice(0, -1), (here, at) => 100 * (x[at + 1]! - here ** 2) ** 2 + (1 - here) ** 2),
  ),
  ofNumbers('Ackley', 5, number(-32.768, 32.768), ackley),
  ofNumbers('Rastrigin', 5, number(-5.12, 5.12), rastrigin),
  ofNumbers('Levy', 5, number(-10, 10), levy),
  ofNumbers(
    'Styblinski–Tang',
    5,
    number(-5, 5),
    (x) => sum(x, (here) => here ** 4 - 16 * here ** 2 + 5 * here) / 2,
    -39.16616570377142 * 5,
  ),
  ofNumbers(
    'Griewank',
    5,
    number(-600, 600),
    (x) => 1 + sum(x, (here) => here ** 2 / 4000) - product(x, (here, at) => Math.cos(here / Math.sqrt(at + 1))),
  ),
  ofNumbers('Rastrigin in steps of 0.25', 5, number(-5, 6, 0.25), rastrigin),
  ofNumbers('integers', 6, integer(-20, 30), (x) => sum(x, (here, at) => (at + 1) * (here - 3 * at) ** 2)),
  choices,
  training,
  conditional,
];
