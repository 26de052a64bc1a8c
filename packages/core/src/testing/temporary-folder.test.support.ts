import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ForgeError, isForgeError } from '../errors/forge-error.js';

/** A new folder for each test of the calling suite, removed afterwards. */
export function useTemporaryFolder(): () => string {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'forge-test-')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}

/** The ForgeError that an action throws; any other error is rethrown. */
export async function failureOf(action: () => unknown): Promise<ForgeError> {
  try {
    await action();
  } catch (error) {
    if (isForgeError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
