import type { Node, Value } from '../../graph/ir/graph.js';
import { floatAttribute, intAttribute } from '../../graph/ir/read-attributes.js';
import { indexRange } from '../../graph/ir/shapes.js';
import { mul } from '../../ops/elementwise.js';
import { gemm, matMul } from '../../ops/linear.js';
import { flatten, squeeze, transpose, unsqueeze } from '../../ops/shape.js';
import { type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';

/** y = α·A'B' + β·C, where ' is the transposition that transA and transB ask for. */
const gemmRule: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
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
    beta === 1 ? gradient : mul(gradient, beta),
  ];
};

/** MatMul of vectors is MatMul of a row and a column, with the sizes of 1 removed again. */
const matMulRule: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  const row = a.shape.length === 1 ? unsqueeze(a, [0]) : a;
  const column = b.shape.length === 1 ? unsqueeze(b, [1]) : b;
  const [da, db] = matrixGradients(row, column, restoreVectors(gradient, node));
  return [row === a ? da : squeeze(da, [da.shape.length - 2]), column === b ? db : squeeze(db, [db.shape.length - 1])];
};

function restoreVectors(gradient: Value, node: Node): Value {
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  const rank = gradient.shape.length + (a.shape.length === 1 ? 1 : 0) + (b.shape.length === 1 ? 1 : 0);
  const axes: number[] = [];
  if (a.shape.length === 1) axes.push(rank - 2);
  if (b.shape.length === 1) axes.push(rank - 1);
  return axes.length === 0 ? gradient : unsqueeze(gradient, axes);
}

function matrixGradients(a: Value, b: Value, gradient: Value): [Value, Value] {
  if (b.shape.length > 2) return [matMul(gradient, transposeLast(b)), matMul(transposeLast(a), gradient)];
  if (a.shape.length === 2)
    return [gemm(gradient, b, undefined, { transB: true }), gemm(a, gradient, undefined, { transA: true })];
  // The whole batch is multiplied by the same matrix: one product over all rows, instead of one each and a sum.
  const [rows, columns] = [asRows(a), asRows(gradient)];
  return [matMul(gradient, transposeLast(b)), gemm(rows, columns, undefined, { transA: true })];
}

function asRows(x: Value): Value {
  return flatten(x, x.shape.length - 1);
}

function transposeLast(x: Value): Value {
  const rank = x.shape.length;
  return transpose(x, [...indexRange(0, rank - 2), rank - 1, rank - 2]);
}

export const matMulRules: GradientRules = { MatMul: matMulRule, Gemm: gemmRule };
