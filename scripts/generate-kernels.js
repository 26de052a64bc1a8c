/**
 * AssemblyScript of the kernels of a formula: the loops over memory around the operations of the formula itself.
 * @param {string} name
 * @param {import('@forge-ml/kernels').Formula} formula
 * @returns {string}
 */
export function generateKernel(name, formula) {
  return [loops(name, formula, false), loops(`${name}Averaged`, formula, true)].join('\n');
}

/** Vectors in an iteration: two hide more of the latency of divisions and roots than one. */
const unrolled = 2;

function loops(name, { slots, constants, update }, isAveraged) {
  const read = ['parameter', ...slots, ...(isAveraged ? ['average'] : [])];
  const places = ['gradient', ...read, ...read.map(next)];
  const scalars = ['gradientScale', 'clipValue', 'normScale', 'decay', ...(isAveraged ? ['share'] : []), ...constants];

  /** The statements for one vector, `offset` bytes after `at`. */
  const body = (load, store) => (offset) => {
    const statements = [];
    const define = (expression) => {
      const value = `x${statements.length}`;
      statements.push(`const ${value} = ${expression};`);
      return value;
    };
    const values = Object.fromEntries(['gradient', ...read].map((each) => [each, define(load(each, offset))]));
    const limited = define(`limited(${values.gradient}, gradientScales, low, high)`);
    const updated = update(vectorArithmetic(define), {
      parameter: values.parameter,
      gradient: define(`f32x4.mul(${limited}, normScales)`),
      slots: values,
      constants: Object.fromEntries(constants.map((each) => [each, plural(each)])),
      decay: plural('decay'),
    });
    const results = { parameter: updated.parameter, ...updated.slots };
    if (isAveraged) results.average = define(`averaged(${values.average}, ${updated.parameter}, shares)`);
    return [...statements, ...read.map((each) => store(next(each), offset, results[each]))].map(
      (line) => `    ${line}`,
    );
  };
  const blocks = (count, block) => Array.from({ length: count }, (_, at) => ['  {', ...block(16 * at), '  }']).flat();
  const vectors = body(
    (from, offset) => `v128.load(${from} + at, ${offset})`,
    (to, offset, value) => `v128.store(${to} + at, ${value}, ${offset});`,
  );
  const single = body(
    (from) => `v128.load_zero<u32>(${from} + at)`,
    (to, _, value) => `v128.store_lane<u32>(${to} + at, ${value}, 0);`,
  );
  return [
    `export function ${name}(count: u32, ${places.map((each) => `${each}: usize`).join(', ')}, ${scalars.map((each) => `${each}: f32`).join(', ')}): void {`,
    ...scalars.filter((each) => each !== 'clipValue').map((each) => `const ${plural(each)} = f32x4.splat(${each});`),
    'const low = f32x4.splat(-clipValue);',
    'const high = f32x4.splat(clipValue);',
    `const ofVectors: usize = (count / ${4 * unrolled}) * ${16 * unrolled};`,
    'const ofAll: usize = count << 2;',
    'let at: usize = 0;',
    `for (; at < ofVectors; at += ${16 * unrolled}) {`,
    ...blocks(unrolled, vectors),
    '}',
    'for (; at < ofAll; at += 4) {',
    ...blocks(1, single),
    '}',
    '}',
    '',
  ].join('\n');
}

const next = (name) => `${name}Next`;
const plural = (name) => `${name}s`;

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
