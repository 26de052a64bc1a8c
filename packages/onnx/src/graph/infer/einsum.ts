import { broadcastShapes, sameDim } from '../ir/broadcast.js';
import type { Value } from '../ir/graph.js';
import type { Dim, Shape } from '../ir/types.js';
import type { Draft } from './draft.js';

/** The operands' and the output's letters of an Einsum equation; the output's are derived if omitted. */
export interface EinsumTerms {
  /** `...` is the letter for all leading dimensions that have none. */
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** Reads `ij,jk->ik`; without an arrow the output has the letters that occur once, in alphabetical order. */
export function einsumTerms(equation: string): EinsumTerms | undefined {
  const [left = '', right, ...rest] = equation.replaceAll(' ', '').split('->');
  if (rest.length > 0) return undefined;
  const operands = left.split(',').map(lettersOf);
  const output = right === undefined ? implicitOutput(operands) : lettersOf(right);
  return [...operands, output].every((letters) =>
    letters.every((letter) => letter === '...' || /^[A-Za-z]$/.test(letter)),
  )
    ? { operands, output }
    : undefined;
}

export function einsumShape(node: Draft, equation: string, values: readonly Value[]): Shape {
  const terms = einsumTerms(equation);
  if (terms === undefined || terms.operands.length !== values.length) {
    return node.fail(`its equation "${equation}" does not fit ${values.length} inputs`);
  }
  const sizes = new Map<string, Dim>();
  let leading: Shape | undefined = [];
  for (const [at, letters] of terms.operands.entries()) {
    const { shape } = values[at]!;
    const ellipsis = letters.indexOf('...');
    const free = shape.length - letters.length + (ellipsis < 0 ? 0 : 1);
    if (free < 0 || (ellipsis < 0 && free > 0)) {
      return node.fail(`"${equation}" does not fit the ${shape.length} dimensions of its input ${at + 1}`);
    }
    if (ellipsis >= 0) leading = broadcastShapes(leading ?? [], shape.slice(ellipsis, ellipsis + free));
    if (leading === undefined) return node.fail('their leading dimensions do not broadcast');
    for (const [index, letter] of letters.entries()) {
      if (letter === '...') continue;
      const size = shape[ellipsis >= 0 && index > ellipsis ? index - 1 + free : index]!;
      const known = sizes.get(letter);
      const joined = known === undefined || known === 1 ? size : size === 1 ? known : sameDim(known, size);
      if (joined === undefined) return node.fail(`"${letter}" is both ${known} and ${size}`);
      sizes.set(letter, joined);
    }
  }
  const dims = leading;
  return terms.output.flatMap((letter) => {
    if (letter === '...') return dims;
    return sizes.get(letter) ?? node.fail(`no input has the "${letter}" of its output`);
  });
}

function lettersOf(term: string): string[] {
  return term.match(/\.\.\.|./g) ?? [];
}

function implicitOutput(operands: readonly (readonly string[])[]): string[] {
  const all = operands.flat();
  const once = all.filter((letter) => letter !== '...' && all.indexOf(letter) === all.lastIndexOf(letter)).sort();
  return all.includes('...') ? ['...', ...once] : once;
}
