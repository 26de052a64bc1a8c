import type { Node, Value } from '../../graph/ir/graph.js';
import { textAttribute } from '../../graph/ir/read-attributes.js';
import { indexRange } from '../../graph/ir/shapes.js';
import { einsum } from '../../ops/linear.js';
import { unsqueeze } from '../../ops/shape.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import { type Gradient, type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { expandLike } from '../adjoints/shapes.js';

interface Equation {
  /** The letters of each operand, with `...` expanded. */
  readonly operands: readonly string[];
  readonly output: string;
}

/**
 * The gradient of an operand is the einsum of the output's gradient with the other operands, to the operand's own
 * letters; a letter that occurs nowhere else was summed, and is expanded again.
 */
const einsumRule: GradientRule = (node, [gradient], { wanted }) => {
  if (!gradient) return [];
  const equation = equationOf(node);
  return node.inputs.map(
    (operand, index): Gradient => (operand && wanted[index] ? ofOperand(equation, index, node, gradient) : null),
  );
};

function ofOperand({ operands, output }: Equation, index: number, node: Node, gradient: Value): Value {
  const own = operands[index]!;
  if (new Set(own).size !== own.length) {
    const hint = 'Take the diagonal by a product with an identity matrix.';
    throw notDifferentiable(node, `it takes a diagonal ("${own}")`, hint);
  }
  const others = operands.filter((_, at) => at !== index);
  const available = new Set([output, ...others].join(''));
  const found = [...own].filter((letter) => available.has(letter)).join('');
  const terms = [gradient, ...node.inputs.filter((_, at) => at !== index)] as Value[];
  const sum = einsum(`${[output, ...others].join(',')}->${found}`, terms);
  const operand = inputOf(node, index);
  const missing = indexRange(0, own.length).filter((axis) => !available.has(own[axis]!));
  if (missing.length > 0) return expandLike(unsqueeze(sum, missing), operand);
  return sum;
}

function equationOf(node: Node): Equation {
  const [left, right] = textAttribute(node, 'equation', '').replaceAll(/\s/g, '').split('->');
  const terms = left!.split(',');
  const used = new Set(left);
  const free = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((letter) => !used.has(letter));
  const hidden = terms.map((term, index) => {
    return term.includes('...') ? inputOf(node, index).shape.length - (term.length - 3) : 0;
  });
  const dots = free.slice(0, Math.max(0, ...hidden)).join('');
  const expandDots = (term: string, count: number) => term.replace('...', dots.slice(dots.length - count));
  return {
    operands: terms.map((term, index) => expandDots(term, hidden[index]!)),
    output: expandDots(right ?? implicitOutput(terms), dots.length),
  };
}

/** Without `->`: the dimensions of `...`, then the letters that occur once, in alphabetical order. */
function implicitOutput(terms: readonly string[]): string {
  const letters = [...terms.join('').replaceAll('.', '')];
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter)).sort();
  return `${terms.some((term) => term.includes('...')) ? '...' : ''}${once.join('')}`;
}

export const einsumRules: GradientRules = { Einsum: einsumRule };
