import { checkOptions } from '@forge-ml/core/plugin';

/** How ONNX itself, PyTorch and NumPy call what an option here is called. */
const synonyms = {
  keepDims: 'keepdims',
  keep_dims: 'keepdims',
  stride: 'strides',
  padding: 'pads',
  dilation: 'dilations',
  groups: 'group',
  eps: 'epsilon',
};

/**
 * An operator's options, each of which is one that it reads.
 * @param op the operator's name in `ops`
 * @throws ForgeError OPTION_UNKNOWN naming the option and the nearest known one
 */
export function known<Options extends object>(
  op: string,
  options: Options,
  names: readonly (keyof Options & string)[],
): Options {
  checkOptions(options, names, { of: `ops.${op}`, synonyms });
  return options;
}
