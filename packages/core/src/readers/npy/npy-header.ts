import { ForgeError } from '../../errors/forge-error.js';
import { type DType, sizeOf } from '../../tensor/tensor-data.js';

/** What a npy file says of its array. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export interface NpyHeader {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly isBigEndian: boolean;
  readonly isFortranOrder: boolean;
  /** Where the elements begin, bytes. */
  readonly offset: number;
}

/** The longest header that is read. Those of arrays have 128 bytes; only those of tables with many fields are long. */
export const mostHeaderBytes = 2 ** 16;

const dtypes: Readonly<Record<string, DType>> = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/** Types that no tensor has, as people call them. */
const otherTypes: Readonly<Record<string, string>> = {
  c: 'complex numbers',
  f: 'extended floats',
  m: 'time spans',
  M: 'dates',
  O: 'Python objects',
  S: 'bytes',
  U: 'text',
  V: 'raw bytes',
};

/**
 * @param bytes the start of the file: at least `mostHeaderBytes`, or all of it
 * @param file for messages
 * @throws ForgeError DATA_INVALID
 */
export function parseNpyHeader(bytes: Buffer, file: string): NpyHeader {
  const fail = (fault: string, hint = 'Get the file again, or save the array again with numpy.save.') =>
    new ForgeError('DATA_INVALID', `${file} ${fault}.`, { about: file, hint });
  if (bytes.toString('latin1', 0, 6) !== '\x93NUMPY')
    throw fail('is not a npy file: it does not begin with \\x93NUMPY');
  const version = bytes[6];
  if (version !== 1 && version !== 2 && version !== 3) throw fail(`has npy version ${version}, not 1, 2 or 3`);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw fail('is truncated in its header');
  const length = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const offset = start + length;
  if (offset > mostHeaderBytes)
    throw fail(`has a header of ${length} bytes, more than the maximum of ${mostHeaderBytes}`);
  if (bytes.length < offset) throw fail('is truncated in its header');
  const text = bytes.toString(version === 3 ? 'utf8' : 'latin1', start, offset);
  const order = /^\{(?=[^{}]*'fortran_order': *(True|False)[,}])/.exec(text)?.[1];
  const shape = /^\{(?=[^{}]*'shape': *\(([\d, L]*)\)[,}])/.exec(text)?.[1];
  const fields = /^\{(?=[^{}]*'descr': *\[)/.test(text);
  const type = /^\{(?=[^{}]*'descr': *'([<>|=]?)([a-zA-Z])(\d*)[^']*'[,}])/.exec(text);
  if (order === undefined || shape === undefined || (type === null && !fields)) {
    throw fail('has an invalid header: it needs descr, fortran_order and shape');
  }
  if (type === null) {
    const names = [...text.matchAll(/\('([^']*)', *['(]/g)].map(([, name]) => name).slice(0, 10);
    throw fail(
      `has elements with fields (${names.join(', ')}), not numbers`,
      `Save each field by itself: numpy.savez(file, **{name: array[name] for name in array.dtype.names}).`,
    );
  }
  const dtype = dtypes[`${type[2]}${type[3]}`];
  if (dtype === undefined) {
    const what = otherTypes[type[2]!] ?? 'elements';
    throw fail(
      `has ${what} of type ${type[2]}${type[3]}, which no tensor has`,
      'Convert the array before it is saved: array.astype("float32").',
    );
  }
  const sizes = shape
    .split(',')
    .map((size) => size.trim().replace(/L$/, ''))
    .filter((size) => size !== '')
    .map(Number);
  if (!sizes.every(Number.isSafeInteger) || !Number.isSafeInteger(sizeOf(sizes) * 8))
    throw fail('has an invalid shape');
  return { dtype, shape: sizes, isBigEndian: type[1] === '>', isFortranOrder: order === 'True', offset };
}
