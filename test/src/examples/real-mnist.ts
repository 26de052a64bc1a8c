import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'mocha';

/** The folder of MNIST's published files, from FORGE_MNIST_DIR. Without it, skips the test and prints why. */
export function realMnist(test: Context): string {
  const folder = process.env.FORGE_MNIST_DIR;
  if (folder !== undefined && existsSync(join(folder, 't10k-images-idx3-ubyte.gz'))) return folder;
  console.log(`      skipped: FORGE_MNIST_DIR ${folder === undefined ? 'is not set' : `(${folder}) holds no MNIST`}`);
  return test.skip();
}
