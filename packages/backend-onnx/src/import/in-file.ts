import { ForgeError, isForgeError } from '@forge-ml/core/plugin';

/** Runs `work`; what it says is wrong with a model is said of the file the model is from. */
export async function inFile<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'MODEL_INVALID' || error.message.startsWith(path)) throw error;
    throw new ForgeError(error.code, `${path}: ${error.message}`, {
      about: error.about ?? path,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}
