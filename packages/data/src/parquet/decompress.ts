import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress as decompressZstd } from 'fzstd';
import { type CompressionCodec, snappyUncompress } from 'hyparquet';
import { damaged, UnreadableParquet } from './damaged.js';

/**
 * Decompresses a page into memory of its own. The result has exactly the size that the file declares, so that a small
 * page cannot fill the memory.
 * @throws UnreadableParquet
 */
export function decompressPage(bytes: Uint8Array, size: number, codec: CompressionCodec): Uint8Array {
  let page: Uint8Array;
  try {
    page = decompress(bytes, size, codec);
  } catch (error) {
    if (error instanceof UnreadableParquet) throw error;
    throw damaged('a page cannot be decompressed');
  }
  if (page.length !== size) throw damaged('a page has another size than it declares');
  // Its own buffer: values are read relative to its start.
  return page.byteLength === page.buffer.byteLength ? page : new Uint8Array(page);
}

function decompress(bytes: Uint8Array, size: number, codec: CompressionCodec): Uint8Array {
  if (size === 0) return new Uint8Array(0);
  switch (codec) {
    case 'UNCOMPRESSED':
      return new Uint8Array(bytes);
    case 'SNAPPY': {
      const page = new Uint8Array(size);
      snappyUncompress(bytes, page);
      return page;
    }
    case 'GZIP':
      return gunzipSync(bytes, { maxOutputLength: size });
    case 'BROTLI':
      return brotliDecompressSync(bytes, { maxOutputLength: size });
    case 'ZSTD':
      return decompressZstd(bytes, new Uint8Array(size));
    default:
      throw new UnreadableParquet(`is compressed with ${codec}; Forge reads SNAPPY, GZIP, BROTLI and ZSTD`);
  }
}
