import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parameter, tensor } from '@forge-ml/onnx/graph';
import type { BaseFile } from '../../layers/base.js';

/**
 * The identity of a base model.
 * @param source its path, or its bytes
 * @param external its external data files, in the order of the model
 * @param described see BaseFile
 */
export async function baseFile(
  source: string | Uint8Array,
  external: readonly string[],
  described: Pick<BaseFile, 'adapters' | 'constants'>,
): Promise<BaseFile> {
  const isPath = typeof source === 'string';
  const own = isPath ? await hashOf(source) : createHash('sha256').update(source).digest('hex');
  const others = await Promise.all(external.map(hashOf));
  const whole =
    others.length === 0
      ? own
      : createHash('sha256')
          .update([own, ...others].join())
          .digest('hex');
  const name = `base/${isPath ? basename(source) : 'model'}.sha256`;
  return {
    sha256: isPath ? own : undefined,
    path: isPath ? resolve(source) : undefined,
    hash: parameter(name, tensor(new Uint8Array(Buffer.from(whole, 'hex'))), { trainable: false }),
    ...described,
  };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
