import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { unusable } from '../native/unusable.js';

/** The release that this package knows the library of. */
export const ortVersion = '1.30.0';

interface KnownFile {
  readonly name: string;
  /** SHA-256 of the file in onnxruntime-node, for which the positions in the table of functions hold. */
  readonly hash: string;
}

/** Linux x64 is tested; the others run the same code and are not tested. */
const files: Readonly<Record<string, KnownFile>> = {
  'linux x64': {
    name: 'libonnxruntime.so.1',
    hash: 'ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23',
  },
  'linux arm64': {
    name: 'libonnxruntime.so.1',
    hash: '1f549d46250b005580b597f4164984aaf75b3bcb9f3aeb07c7f8a8fe60b23c76',
  },
  'darwin arm64': {
    name: 'libonnxruntime.1.30.0.dylib',
    hash: '685d2be5dba1309c89d3a5324b7fd06a5c42f1a61bfea32d14c4cc28d072121d',
  },
  'win32 x64': {
    name: 'onnxruntime.dll',
    hash: '508c362f5673483dd3a086379c392795b2e42d10d5e6f3f90ebd7ac21c97af67',
  },
  'win32 arm64': {
    name: 'onnxruntime.dll',
    hash: '6c3a2abf5c6aca11c48a0d338a91af309f2266f25ce2e4084e6a87bbcb0fbfd0',
  },
};

export interface LibraryFile {
  readonly path: string;
  /** The SHA-256 that the file must have. */
  readonly hash: string;
}

const require = createRequire(import.meta.url);

/**
 * The library in onnxruntime-node: the file that the package's own binding loads, so that both share one environment.
 * @throws ForgeError ENGINE_UNUSABLE for another version or platform
 */
export function libraryFile(platform = `${process.platform} ${process.arch}`): LibraryFile {
  const file = files[platform];
  if (file === undefined) throw unusable(`onnxruntime-node has no library for ${platform}`);
  const remedy = `npm install onnxruntime-node@${ortVersion}`;
  const manifest = packageFile(remedy);
  const { version } = require(manifest) as { readonly version: string };
  if (version !== ortVersion) {
    throw unusable(`onnxruntime-node has version ${version}, and only the library of ${ortVersion} is known`, remedy);
  }
  const path = join(dirname(manifest), 'bin', 'napi-v6', ...platform.split(' '), file.name);
  if (!existsSync(path)) throw unusable(`onnxruntime-node has no file ${file.name}`, remedy);
  return { path, hash: file.hash };
}

function packageFile(remedy: string): string {
  try {
    return require.resolve('onnxruntime-node/package.json');
  } catch (error) {
    throw unusable('the package onnxruntime-node cannot be found', remedy, error);
  }
}
