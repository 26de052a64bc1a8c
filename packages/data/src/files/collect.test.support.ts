import { isForgeError } from '@forge-ml/core';

/** The rows of an epoch from a position on. */
export async function all<T>(
  dataset: { epoch(epoch: number, skip?: number): AsyncIterable<T> },
  epoch = 0,
  skip = 0,
): Promise<T[]> {
  const rows: T[] = [];
  for await (const row of dataset.epoch(epoch, skip)) rows.push(row);
  return rows;
}

/** The ForgeError that an action throws. */
export async function failure(
  action: () => unknown,
): Promise<{ code: string; message: string; hint?: string | undefined }> {
  try {
    await action();
  } catch (error) {
    if (!isForgeError(error)) throw error;
    return error;
  }
  throw new Error('it did not fail');
}

/** What is written to stderr until it is restored. */
export function captureWarnings(): { readonly text: () => string; clear(): void; restore(): void } {
  const { write } = process.stderr;
  let text = '';
  process.stderr.write = ((part: string) => {
    text += part;
    return true;
  }) as typeof write;
  return {
    text: () => text,
    clear() {
      text = '';
    },
    restore() {
      process.stderr.write = write;
    },
  };
}
