import { type EngineStatus, ForgeError, isForgeError, messageOf } from '@forge-ml/core/plugin';
import { checkOrt } from '@forge-ml/ort';
import { type BindingName, bindingNames } from '../runtime/protocol.js';

/**
 * The binding that `FORGE_ONNX_BINDING` asks for. Default: native.
 * @throws ForgeError USAGE for another name
 */
export function requestedBinding(environment: Readonly<Record<string, string | undefined>> = process.env): BindingName {
  const name = environment.FORGE_ONNX_BINDING || 'native';
  const known = bindingNames.find((one) => one === name);
  if (known !== undefined) return known;
  throw new ForgeError('USAGE', `FORGE_ONNX_BINDING is ${JSON.stringify(name)}, which is no binding.`, {
    about: 'FORGE_ONNX_BINDING',
    hint: `Set it to ${bindingNames.join(' or ')}, or to nothing.`,
  });
}

/** The status of an engine with the binding that it would use now, and why it is not the native one. */
export function withBinding(status: EngineStatus): EngineStatus {
  try {
    return { ...status, detail: `${status.detail}, ${describeBinding()}` };
  } catch (error) {
    if (!isForgeError(error)) throw error;
    return { ...status, usable: false, detail: error.message, remedy: error.hint };
  }
}

/** @throws ForgeError as `requestedBinding` */
function describeBinding(): string {
  if (requestedBinding() === 'package') return 'by the binding of onnxruntime-node, as FORGE_ONNX_BINDING says';
  try {
    checkOrt();
    return 'by its C API';
  } catch (error) {
    return `by the binding of onnxruntime-node: ${messageOf(error).replace(/\.$/, '')}`;
  }
}
