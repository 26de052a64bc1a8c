import { dtypeOfCode } from '../../proto/data-types.js';
import type { DType } from '../../tensor/tensor.js';
import type { Draft, InferenceRule } from './draft.js';
import { floats, numbers } from './dtypes.js';

/** Random numbers in the shape of the input. @param otherwise the dtype where none is given */
function like(otherwise: (dtype: DType) => DType): InferenceRule {
  return (node) => {
    const x = node.input(0);
    return [{ dtype: dtypeIn(node, otherwise(x.dtype)), shape: x.shape }];
  };
}

const ofShape: InferenceRule = (node) => {
  const shape = node.ints('shape') ?? node.fail('its shape is missing');
  return [{ dtype: dtypeIn(node, 'float32'), shape }];
};

function dtypeIn(node: Draft, otherwise: DType): DType {
  const code = node.int('dtype');
  return code === undefined ? otherwise : (dtypeOfCode(code) ?? node.fail('its dtype is not supported'));
}

const isFloat = (dtype: DType) => (floats as readonly DType[]).includes(dtype);

export const randomRules: Record<string, InferenceRule> = {
  RandomNormal: ofShape,
  RandomUniform: ofShape,
  RandomNormalLike: like((dtype) => (isFloat(dtype) ? dtype : 'float32')),
  RandomUniformLike: like((dtype) => (isFloat(dtype) ? dtype : 'float32')),
  Bernoulli: like((dtype) => dtype),

  Multinomial(node) {
    const x = node.input(0);
    node.oneOf(x, numbers);
    node.rank(x, 2);
    return [{ dtype: dtypeIn(node, 'int32'), shape: [x.shape[0]!, node.int('sample_size', 1)] }];
  },
};
