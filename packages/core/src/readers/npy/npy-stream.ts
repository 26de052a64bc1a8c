import type { Dataset } from '../../data/dataset.js';
import type { ReadExample } from '../../data/pipeline/dataset-reader.js';
import { ForgeError } from '../../errors/forge-error.js';
import { readInto } from '../../fs/read-into.js';
import { bytesPerElement, describeTensor, sizeOf } from '../../tensor/tensor-data.js';
import { swapBytes } from '../arrays/swap-bytes.js';
import { openNpy } from './read-npy.js';

/** Bytes that are read at once, where a row is smaller. */
const pieceBytes = 1 << 20;

/** The rows of an array, read from its file in order; skipping is free. @throws ForgeError */
export async function openNpyStream(path: string, name: string): Promise<Dataset<ReadExample>> {
  const { handle, header, status } = await openNpy(path);
  await handle.close();
  const { dtype, shape, isBigEndian, isFortranOrder, offset } = header;
  const [length, ...rest] = shape;
  if (length === undefined || (isFortranOrder && shape.length > 1)) {
    const why = length === undefined ? 'is a scalar and has no rows' : 'has its rows apart (Fortran order)';
    throw new ForgeError(
      'DATA_INVALID',
      `${path} holds ${describeTensor(header)}, which ${why}, so it cannot be read in order.`,
      {
        about: path,
        hint: 'Save it in C order: numpy.save(file, numpy.ascontiguousarray(array)).',
      },
    );
  }
  const size = bytesPerElement[dtype];
  const rowBytes = sizeOf(rest) * size;
  const atOnce = Math.max(1, Math.floor(pieceBytes / Math.max(1, rowBytes)));
  return {
    length,
    async *read({ skip }) {
      const file = await openNpy(path, status);
      try {
        for (let row = skip; row < length; row += atOnce) {
          const count = Math.min(atOnce, length - row);
          const bytes = new Uint8Array(count * rowBytes);
          await readInto(file.handle, [{ bytes, position: offset + row * rowBytes }], () => undefined);
          if (isBigEndian) swapBytes(bytes, size);
          for (let at = 0; at < count; at++) {
            yield { [name]: { dtype, shape: rest, bytes: bytes.slice(at * rowBytes, (at + 1) * rowBytes) } };
          }
        }
      } finally {
        await file.handle.close();
      }
    },
  };
}
