import { describeTensor, ForgeError, type NamedTensors, type TensorData } from '@forge-ml/core/plugin';
import type { InputValue } from '@forge-ml/onnx/graph';
import { describeType, input } from '@forge-ml/onnx/graph';

/** The tensors of a data file. */
export interface DataFile {
  readonly path: string;
  readonly tensors: NamedTensors;
}

/** @throws ForgeError DATA_INVALID naming the file, the tensor, and the tensors it has. */
export function tensorIn({ path, tensors }: DataFile, name: string, what: string): TensorData {
  const found = tensors.get(name);
  if (found) return found;
  const names = [...tensors.keys()].map((other) => `"${other}"`).join(', ');
  throw new ForgeError('DATA_INVALID', `${path} has no tensor "${name}", ${what}.`, {
    about: name,
    hint: names === '' ? 'It has no tensors.' : `It has ${names}.`,
  });
}

/**
 * The input with the sizes that its tensor in the data file has.
 * @throws ForgeError DATA_INVALID where there is none, or it is not of the input's type.
 */
export function boundInput(declared: InputValue, data: DataFile): InputValue {
  const tensor = tensorIn(data, declared.name, 'which the model reads');
  const { dtype, shape } = tensor;
  const fits = shape.length === declared.shape.length && declared.shape.every((dim, axis) => isSize(dim, shape[axis]!));
  if (dtype === declared.dtype && fits) return input(declared.name, dtype, shape);
  throw new ForgeError(
    'DATA_INVALID',
    `The tensor "${declared.name}" in ${data.path} is ${describeTensor(tensor)}; the model reads ${describeType(declared)}.`,
    { about: declared.name, hint: 'Write it with that type and shape.' },
  );
}

function isSize(dim: number | string, size: number): boolean {
  return typeof dim === 'string' || dim === size;
}
