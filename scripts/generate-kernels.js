const variants = [false, true].flatMap((isLimited) => [false, true].map((isAveraged) => ({ isLimited, isAveraged })));

/**
 * AssemblyScript of the kernels of a formula: loops over memory around the operations of the formula itself, with and
 * without limits of the gradient and a moving average (the limits take a fifth of the time of Adam). Decay is a
 * multiplication in all of them, since it does not take longer.
 * @param {string} name
 * @param {import('@forge-ml/kernels').Formula} formula
 * @returns {string}
 */
export function generateKernels(name, formula) {
  return variants.map((variant) => generateKernel(name, formula, variant)).join('\n');
}

function generateKernel(name, formula, { isLimited, isAveraged }) {
  const read = ['parameter', ...formula.slots, ...(isAveraged ? ['average'] : [])];
  const places = ['gradient', ...read, ...read.map(next)];
  const limits = isLimited ? ['gradientScale', 'clipValue', 'normScale'] : [];
  const scalars = [...limits, 'decay', ...(isAveraged ? ['share'] : []), ...formula.constants];
  const signature = [...places.map((each) => `${each}: usize`), ...scalars.map((each) => `${each}: f32`)].join(', ');
  const vector = body(
    (from) => `v128.load(${from} + at)`,
    (to, value) => `v128.store(${to} + at, ${value});`,
  );
  const single = body(
    (from) => `v128.load_zero<u32>(${from} + at)`,
    (to, value) => `v128.store_lane<u32>(${to} + at, ${value}, 0);`,
  );
  return `
export function ${name}${isLimited ? 'Limited' : ''}${isAveraged ? 'Averaged' : ''}(count: u32, ${signature}): void {
  ${scalars.map((each) => `const ${each}Vector = f32x4.splat(${each});`).join('\n  ')}
  ${isLimited ? 'const lowVector = f32x4.neg(clipValueVector);' : ''}
  const ofVectors: usize = (count & ~3) << 2;
  const ofAll: usize = count << 2;
  let at: usize = 0;
  for (; at < ofVectors; at += 16) {
    ${vector.join('\n    ')}
  }
  for (; at < ofAll; at += 4) {
    ${single.join('\n    ')}
  }
}`;

  /** The statements of a loop, for the values that `load` reads and `store` writes. */
  function body(load, store) {
    const statements = [];
    const define = (expression) => {
      const value = `x${statements.length}`;
      statements.push(`const ${value} = ${expression};`);
      return value;
    };
    const values = Object.fromEntries(['gradient', ...read].map((each) => [each, define(load(each))]));
    const updated = formula.update(vectorArithmetic(define), {
      parameter: values.parameter,
      gradient: isLimited ? define(limitedGradient(values.gradient)) : values.gradient,
      slots: values,
      constants: Object.fromEntries(formula.constants.map((each) => [each, `${each}Vector`])),
      decay: 'decayVector',
    });
    const results = { parameter: updated.parameter, ...updated.slots };
    if (isAveraged) results.average = define(`averaged(${values.average}, ${updated.parameter}, shareVector)`);
    return [...statements, ...read.map((each) => store(next(each), results[each]))];
  }
}

const next = (name) => `${name}Next`;

const limitedGradient = (gradient) =>
  `f32x4.mul(limited(${gradient}, gradientScaleVector, lowVector, clipValueVector), normScaleVector)`;

/** Each operation defines a value in the text of the kernel. */
const vectorArithmetic = (define) => ({
  add: (a, b) => define(`f32x4.add(${a}, ${b})`),
  sub: (a, b) => define(`f32x4.sub(${a}, ${b})`),
  mul: (a, b) => define(`f32x4.mul(${a}, ${b})`),
  div: (a, b) => define(`f32x4.div(${a}, ${b})`),
  max: (a, b) => define(`f32x4.max(${a}, ${b})`),
  sqrt: (a) => define(`f32x4.sqrt(${a})`),
  abs: (a) => define(`f32x4.abs(${a})`),
  sign: (a) => define(`sign(${a})`),
});
