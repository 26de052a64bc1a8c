import type { Node, Value } from '../../graph/graph.js';
import type { Shape } from '../../graph/types.js';
import { mul } from '../../ops/elementwise.js';
import { gemm, matMul } from '../../ops/linear.js';
import { flatten, transpose, unsqueeze } from '../../ops/shape.js';
import { floatAttribute, intAttribute } from '../node-attributes.js';
import { type GradientRule, type GradientRules, input } from '../rule.js';
import { range, reshapeLike } from '../shapes.js';
import { unbroadcast } from '../unbroadcast.js';

/** y = α·A'B' + β·C, where ' is the transposition that transA and transB ask for. */
const gemmRule: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [a, b, c] = [input(node, 0), input(node, 1), node.inputs[2]];
  const transA = intAttribute(node, 'transA', 0) !== 0;
  const transB = intAttribute(node, 'transB', 0) !== 0;
  const alpha = floatAttribute(node, 'alpha', 1);
  const beta = floatAttribute(node, 'beta', 1);
  return [
    transA
      ? gemm(b, gradient, undefined, { alpha, transA: transB, transB: true })
      : gemm(gradient, b, undefined, { alpha, transB: !transB }),
    transB
      ? gemm(gradient, a, undefined, { alpha, transA: true, transB: transA })
      : gemm(a, gradient, undefined, { alpha, transA: !transA }),
    c ? unbroadcast(beta === 1 ? gradient : mul(gradient, beta), node.outputs[0]!.shape, c) : null,
  ];
};

/** MatMul of vectors is MatMul of a row and a column, from which the sizes of 1 are taken again. */
const matMulRule: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [a, b, y] = [input(node, 0), input(node, 1), node.outputs[0]!];
  const row = a.shape.length === 1 ? unsqueeze(a, [0]) : a;
  const column = b.shape.length === 1 ? unsqueeze(b, [1]) : b;
  const full = restoreVectors(gradient, node);
  const matrixRank = Number(a.shape.length > 1) + Number(b.shape.length > 1);
  const stack = y.shape.slice(0, y.shape.length - matrixRank);
  const [da, db] = matrixGradients(row, column, full, stack);
  return [reshapeLike(da, a), reshapeLike(db, b)];
};

function restoreVectors(gradient: Value, node: Node): Value {
  const [a, b] = [input(node, 0), input(node, 1)];
  const rank = gradient.shape.length + (a.shape.length === 1 ? 1 : 0) + (b.shape.length === 1 ? 1 : 0);
  const axes: number[] = [];
  if (a.shape.length === 1) axes.push(rank - 2);
  if (b.shape.length === 1) axes.push(rank - 1);
  return axes.length === 0 ? gradient : unsqueeze(gradient, axes);
}

function matrixGradients(a: Value, b: Value, gradient: Value, stack: Shape): [Value, Value] {
  if (b.shape.length > 2) {
    const da = matMul(gradient, transposeLast(b));
    const db = matMul(transposeLast(a), gradient);
    return [unbroadcast(da, stacked(stack, a), a), unbroadcast(db, stacked(stack, b), b)];
  }
  if (a.shape.length === 2)
    return [gemm(gradient, b, undefined, { transB: true }), gemm(a, gradient, undefined, { transA: true })];
  // All rows of the stack are multiplied by one matrix: one product over all of them, instead of one each and a sum.
  const [rows, columns] = [asRows(a), asRows(gradient)];
  return [matMul(gradient, transposeLast(b)), gemm(rows, columns, undefined, { transA: true })];
}

/** The shape of an operand's gradient before it is un-broadcast: the stack of the product, the matrix of the operand. */
function stacked(stack: Shape, operand: Value): Shape {
  return [...stack, ...operand.shape.slice(-2)];
}

function asRows(x: Value): Value {
  return flatten(x, x.shape.length - 1);
}

function transposeLast(x: Value): Value {
  const rank = x.shape.length;
  return transpose(x, [...range(0, rank - 2), rank - 1, rank - 2]);
}

export const matMulRules: GradientRules = { MatMul: matMulRule, Gemm: gemmRule };
