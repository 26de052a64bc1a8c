import { type ForgeError, isForgeError } from '@forge-ml/core';

/** The ForgeError of a rejected promise. Any other outcome fails the test. */
export async function forgeErrorOf(promise: Promise<unknown>): Promise<ForgeError> {
  const outcome = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (isForgeError(outcome)) return outcome;
  throw outcome;
}
