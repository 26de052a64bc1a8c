import { isForgeError } from '@forge-ml/core/plugin';
import { input } from '@forge-ml/onnx/graph';
import { averagePool, matMul } from '@forge-ml/onnx/ops';
import { expect } from 'chai';

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('no error was thrown');
}

describe('errors of the ONNX library', () => {
  const x = input('x', 'float32', ['batch', 1, 2, 3]);

  it('are recognized by Forge, with code, subject and hint', () => {
    const error = failureOf(() => matMul(x, x));
    expect(isForgeError(error)).to.equal(true);
    expect(error)
      .to.include({ code: 'MODEL_INVALID', about: 'MatMul' })
      .and.to.have.property('hint')
      .that.is.a('string');
  });

  it('of misspelled options, too', () => {
    const error = failureOf(() => averagePool(x, [1, 1], { padding: [0, 0, 0, 0] } as object));
    expect(isForgeError(error)).to.equal(true);
    expect(error).to.include({ code: 'OPTION_UNKNOWN', about: 'padding', hint: 'Did you mean "pads"?' });
  });
});
