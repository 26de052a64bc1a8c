import { einsum, gemm, matMul } from '../../ops/linear.js';
import { RandomStream } from '../../random.test.support.js';
import { checkGradients, randomTensor } from '../finite-differences.test.support.js';

const random = RandomStream.of(7, 'matmul');
const tensors = (...shapes: readonly (readonly number[])[]) => shapes.map((shape) => randomTensor(random, shape));

describe('gradients of matrix products', () => {
  const shapes: [readonly number[], readonly number[]][] = [
    [
      [2, 3],
      [3, 4],
    ],
    [[3], [3]],
    [[3], [3, 2]],
    [[2, 3], [3]],
    [
      [2, 2, 3],
      [3, 4],
    ],
    [[3], [2, 3, 4]],
    [[2, 4, 3], [3]],
    [
      [2, 3],
      [4, 3, 2],
    ],
    [
      [3, 2, 3],
      [3, 3, 2],
    ],
    [
      [2, 1, 2, 3],
      [3, 3, 2],
    ],
    [
      [1, 2, 3],
      [4, 3, 2],
    ],
  ];
  for (const [a, b] of shapes) {
    it(`MatMul of [${a}] and [${b}]`, async () => {
      await checkGradients(matMul, tensors(a, b));
    });
  }

  it('MatMul with sizes only known at run time', async () => {
    const options = {
      shapes: [
        ['batch', 'rows', 3],
        [3, 4],
      ],
    } as const;
    await checkGradients(matMul, tensors([2, 2, 3], [3, 4]), options);
    await checkGradients(matMul, tensors([2, 2, 3], [1, 3, 2]), {
      shapes: [
        ['batch', 2, 3],
        ['other', 3, 'n'],
      ],
    });
    await checkGradients(matMul, tensors([2, 2, 3], [2, 3, 2]), {
      shapes: [
        ['batch', 2, 3],
        ['other', 3, 'n'],
      ],
    });
  });

  it('Gemm, transposed and scaled in all ways', async () => {
    for (const transA of [false, true]) {
      for (const transB of [false, true]) {
        for (const shape of [[2, 4], [4], [2, 1], []]) {
          const data = tensors(transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], shape);
          await checkGradients((a, b, c) => gemm(a!, b!, c, { alpha: 0.7, beta: 1.3, transA, transB }), data);
        }
      }
    }
    await checkGradients((a, b) => gemm(a!, b!), tensors([2, 3], [3, 4]));
  });

  const equations: [string, ...(readonly number[])[]][] = [
    ['ij,jk->ik', [2, 3], [3, 2]],
    ['bij,bjk->bik', [2, 2, 3], [2, 3, 2]],
    ['bhid,bhjd->bhij', [1, 2, 2, 3], [1, 2, 2, 3]],
    ['ij->ji', [2, 3]],
    ['ij->i', [2, 3]],
    ['ij,j', [2, 3], [3]],
    ['i,j->ij', [2], [3]],
    ['...ij,...jk->...ik', [2, 2, 3], [2, 3, 2]],
    ['...ij,...jk->...ik', [2, 2, 3], [1, 3, 2]],
    ['i...->...', [2, 2, 3]],
    ['a,ab,b->', [2], [2, 3], [3]],
    ['ij,kj->i', [2, 3], [2, 3]],
  ];
  for (const [equation, ...operands] of equations) {
    it(`Einsum ${equation}`, async () => {
      await checkGradients((...values) => einsum(equation, values), tensors(...operands));
    });
  }
});
