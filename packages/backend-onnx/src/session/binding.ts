import { ForgeError } from '@forge-ml/core/plugin';
import { type BindingName, bindingNames } from '../runtime/protocol.js';

/**
 * The binding that `FORGE_ONNX_BINDING` asks for. Default: native.
 * @throws ForgeError USAGE for another name
 */
export function requestedBinding(environment: Readonly<Record<string, string | undefined>> = process.env): BindingName {
  const { FORGE_ONNX_BINDING: name = 'native' } = environment;
  const known = bindingNames.find((one) => one === name);
  if (known !== undefined) return known;
  throw new ForgeError('USAGE', `FORGE_ONNX_BINDING is ${JSON.stringify(name)}, which is no binding.`, {
    about: 'FORGE_ONNX_BINDING',
    hint: `Set it to ${bindingNames.join(' or ')}, or to nothing.`,
  });
}
