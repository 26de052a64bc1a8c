import { ForgeError } from '@forge-ml/core/plugin';

/** A file that is not the model it should be. `about`: the node or tensor at fault. */
export function invalid(message: string, about?: string, hint?: string): ForgeError {
  return new ForgeError('MODEL_INVALID', message, {
    ...(about === undefined ? {} : { about }),
    ...(hint === undefined ? {} : { hint }),
  });
}
