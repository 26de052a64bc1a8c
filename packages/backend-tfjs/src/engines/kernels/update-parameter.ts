import { type FormulaName, formulas } from '@forge-ml/kernels';
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { asKernelsFunc } from './kernel-call.js';
import { ownKernels, placeOf } from './own-kernels.js';

/** A kernel that TensorFlow.js does not have: the update of a parameter and its slots in one pass. */
export const updateParameter = 'ForgeUpdateParameter';

/** Float32 of one shape: `parameter`, `gradient`, and the slots of the formula by name. */
export type UpdateParameterInputs<T extends TensorInfo = TensorInfo> = Readonly<Record<string, T>>;

export interface UpdateParameterAttributes {
  readonly formula: FormulaName;
  /** In the order of the formula's constants. */
  readonly constants: readonly number[];
  readonly decay: number | undefined;
}

/** Undefined where our kernels cannot run. */
export function updateParameterConfig(backend: BackendWasm): KernelConfig | undefined {
  const own = ownKernels(backend);
  if (own === undefined) return undefined;
  return {
    kernelName: updateParameter,
    backendName: 'wasm',
    /** The new values: of the parameter, then of its slots. Copies may share the memory of the old ones, which remain. */
    kernelFunc: asKernelsFunc<string, UpdateParameterAttributes>(({ inputs, attrs }) => {
      const { formula, constants, decay } = attrs;
      const { parameter, gradient } = inputs as UpdateParameterInputs & Record<'parameter' | 'gradient', TensorInfo>;
      const slots = formulas[formula].slots.map((slot) => inputs[slot]!);
      const outputs = [parameter, ...slots].map(({ shape }) => backend.makeOutput(shape, 'float32'));
      const [next, ...nextSlots] = outputs.map((output) => placeOf(backend, output));
      own.update({
        formula,
        count: parameter.shape.reduce((size, dimension) => size * dimension, 1),
        parameter: placeOf(backend, parameter),
        gradient: placeOf(backend, gradient),
        slots: slots.map((slot) => placeOf(backend, slot)),
        next: { parameter: next!, slots: nextSlots },
        constants,
        ...(decay !== undefined && { decay }),
      });
      return outputs;
    }),
  };
}
