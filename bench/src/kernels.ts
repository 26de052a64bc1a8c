import {
  type Arithmetic,
  type FormulaName,
  formulas,
  openKernelPool,
  openKernels,
  sharedMemory,
  type UpdateCall,
} from '@forge-ml/kernels';
import { type Benchmark, interleave, median, type Row } from './benchmark.js';

/** The parameters of the MLP 784-256-128-10, and of a larger one: in the caches, and not. */
const small = 235_146;
const large = 9_500_000;
const region = 4 * (large + 16);
const memory = sharedMemory(5 * region);

/** Constants of all formulas, of ordinary size. */
const constants: Readonly<Record<string, number>> = {
  ...{ beta1: 0.9, rest1: 0.1, beta2: 0.999, rest2: 0.001, scale: 0.001, epsilon: 1e-7 },
  ...{ momentum: 0.9, rate: 0.001, kept: 0.9, rest: 0.1 },
};

function updateOf(formula: FormulaName, count: number): UpdateCall {
  return {
    formula,
    count,
    parameter: 0,
    gradient: region,
    slots: formulas[formula].slots.map((_, index) => (2 + index) * region),
    constants: formulas[formula].constants.map((name) => constants[name]!),
    decay: 0.9999,
  };
}

/** A loop over typed arrays, as one would write it: compiled from the operations of the formula. */
function plainLoop({ formula: name, count, parameter, gradient, slots, constants }: UpdateCall): () => void {
  const formula = formulas[name];
  const statements: string[] = [];
  const define = (expression: string) => {
    statements.push(`const x${statements.length} = fround(${expression});`);
    return `x${statements.length - 1}`;
  };
  const arithmetic: Arithmetic<string> = {
    add: (a, b) => define(`${a} + ${b}`),
    sub: (a, b) => define(`${a} - ${b}`),
    mul: (a, b) => define(`${a} * ${b}`),
    div: (a, b) => define(`${a} / ${b}`),
    max: (a, b) => define(`Math.max(${a}, ${b})`),
    sqrt: (a) => define(`Math.sqrt(${a})`),
    abs: (a) => define(`Math.abs(${a})`),
    sign: (a) => define(`Math.sign(${a})`),
  };
  const updated = formula.update(arithmetic, {
    parameter: 'parameter[at]',
    gradient: 'gradient[at]',
    slots: Object.fromEntries(formula.slots.map((slot) => [slot, `slots_${slot}[at]`])),
    constants: Object.fromEntries(formula.constants.map((each) => [each, `constants_${each}`])),
    decay: 'decay',
  });
  const places = ['parameter', 'gradient', ...formula.slots.map((slot) => `slots_${slot}`)];
  const names = [...places, ...formula.constants.map((each) => `constants_${each}`), 'decay'];
  const results = [
    ...formula.slots.map((slot) => `slots_${slot}[at] = ${updated.slots[slot]};`),
    `parameter[at] = ${updated.parameter};`,
  ];
  const loop = new Function(
    ...names,
    `const { fround } = Math; for (let at = 0; at < parameter.length; at++) { ${[...statements, ...results].join(' ')} }`,
  );
  const views = [parameter, gradient, ...slots].map((place) => new Float32Array(memory.buffer, place, count));
  const scalars = [...constants, 0.9999].map(Math.fround);
  return () => loop(...views, ...scalars);
}

/** Milliseconds of the processor, which other programs do not change. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Medians in nanoseconds an element. */
async function times<Name extends string>(
  count: number,
  clock: () => number,
  contenders: Readonly<Record<Name, () => void>>,
) {
  const repeats = Math.ceil(1_000_000 / count);
  const sample = (call: () => void) => async () => {
    const from = clock();
    for (let at = 0; at < repeats; at++) call();
    return [((clock() - from) / repeats / count) * 1e6];
  };
  const entries = Object.entries<() => void>(contenders).map(([name, call]) => [name, sample(call)]);
  fill();
  const samples = await interleave(15, Object.fromEntries(entries) as Record<Name, () => Promise<number[]>>);
  return Object.fromEntries(Object.entries<number[]>(samples).map(([name, all]) => [name, median(all)])) as Record<
    Name,
    number
  >;
}

/** Ordinary numbers, so that no operation meets denormals. */
function fill(): void {
  const view = new Float32Array(memory.buffer);
  for (let at = 0; at < view.length; at++) view[at] = 0.25 + (at % 1009) / 4096;
}

const digits = (value: number) => value.toFixed(2);

/** The optimizers in one pass: time an element, beside a loop in JavaScript, and on two threads. */
export const kernels: Benchmark = {
  name: 'kernels',
  async run() {
    const alone = openKernels(memory);
    const rows: Row[] = [];
    for (const formula of Object.keys(formulas) as FormulaName[]) {
      for (const count of [small, large]) {
        const call = updateOf(formula, count);
        const { kernel, loop } = await times(count, processorTime, {
          kernel: () => alone.update(call),
          loop: plainLoop(call),
        });
        rows.push({
          what: `${formula}, ${count.toLocaleString('en')} elements`,
          value: kernel,
          unit: 'ns an element',
          ...(formula === 'adam' && { bar: { relation: '<=' as const, value: 0.85 } }),
          detail: `a loop in JavaScript ${digits(loop)} ns (${digits(loop / kernel)} times as long)`,
        });
      }
    }
    const pool = await openKernelPool(memory, 2, { minimum: 1 });
    for (const count of [131_072, 1_048_576, large]) {
      const call = updateOf('adam', count);
      const { one, two } = await times(count, () => performance.now(), {
        one: () => alone.update(call),
        two: () => pool.update(call),
      });
      rows.push({
        what: `adam on two threads, ${count.toLocaleString('en')} elements: speed relative to one`,
        value: one / two,
        unit: '×',
        detail: `${digits(two)} and ${digits(one)} ns an element`,
      });
    }
    await pool.end();
    return rows;
  },
};
