import type { Cell } from '@forge-ml/core';
import { fromFloat16 } from '@forge-ml/core/plugin';
import type { SchemaElement, TimeUnit } from 'hyparquet';
import { damaged, UnreadableParquet } from './damaged.js';

/** A value of a row: binary columns are bytes. */
export type ParquetCell = Cell | Uint8Array;

/** Decimals of more digits are not exact as numbers. */
const exactDigits = 15;

/** Digits of a fraction of a second, by unit. */
const fractionDigits: Readonly<Record<TimeUnit, number>> = { MILLIS: 3, MICROS: 6, NANOS: 9 };

/**
 * How values of a column become cells.
 * @param wide whether 64-bit integers become texts, because not all are exact as numbers
 * @throws UnreadableParquet for a type that has no cell: it fits after the name of the column
 */
export function cellConverter(element: SchemaElement, wide: boolean): (value: unknown) => ParquetCell {
  const { type, converted_type: converted, logical_type: logical } = element;
  const kind = logical?.type ?? converted;
  if (kind === 'BSON' || kind === 'INTERVAL' || kind === 'VARIANT' || kind === 'GEOMETRY' || kind === 'GEOGRAPHY') {
    throw new UnreadableParquet(`is of the type ${kind}`);
  }
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const scale = element.scale ?? 0;
    return (element.precision ?? 0) <= exactDigits
      ? (value) => Number(decimalText(integerOf(value), scale))
      : (value) => decimalText(integerOf(value), scale);
  }
  if (kind === 'DATE') return (value) => isoDate(BigInt(value as number));
  const time = timeOf(element);
  if (time !== undefined) return time;
  switch (type) {
    case 'BOOLEAN':
      return (value) => value as boolean;
    case 'INT32':
      return isUnsigned(element) ? (value) => (value as number) >>> 0 : (value) => value as number;
    case 'INT64':
      return integerConverter(isUnsigned(element), wide);
    case 'INT96':
      return (value) => isoTime(nanosOfInt96(value as bigint), 9);
    case 'FLOAT':
    case 'DOUBLE':
      // NaN is a missing value, as in other tables.
      return (value) => (Number.isNaN(value) ? null : (value as number));
    case 'BYTE_ARRAY':
      return isText(element) ? textOf : (value) => new Uint8Array(value as Uint8Array);
    case 'FIXED_LEN_BYTE_ARRAY':
      if (kind === 'UUID') return uuidOf;
      return kind === 'FLOAT16' ? float16Of : (value) => new Uint8Array(value as Uint8Array);
    default:
      throw new UnreadableParquet('has no type');
  }
}

/** Whether 64-bit integers of the column are stored as integers, not as times or decimals. */
export function isWideInteger(element: SchemaElement): boolean {
  const { type, converted_type: converted, logical_type: logical } = element;
  const kind = logical?.type ?? converted ?? 'INTEGER';
  return type === 'INT64' && (kind === 'INTEGER' || kind === 'INT_64' || kind === 'UINT_64');
}

export function isExact(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function integerConverter(unsigned: boolean, wide: boolean) {
  return (value: unknown): Cell => {
    const integer = unsigned ? BigInt.asUintN(64, value as bigint) : (value as bigint);
    if (wide) return String(integer);
    if (!isExact(integer)) throw damaged('an integer is not within the statistics of its column');
    return Number(integer);
  };
}

function isUnsigned({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted?.startsWith('UINT') === true || (logical?.type === 'INTEGER' && !logical.isSigned);
}

function isText({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return ['UTF8', 'ENUM', 'JSON'].includes(converted ?? '') || ['STRING', 'ENUM', 'JSON'].includes(logical?.type ?? '');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(value: unknown): string {
  try {
    return utf8.decode(value as Uint8Array);
  } catch {
    throw damaged('a text is not valid UTF-8');
  }
}

function uuidOf(value: unknown): string {
  const hex = Buffer.from(value as Uint8Array).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function float16Of(value: unknown): number | null {
  const [low, high] = value as Uint8Array;
  const number = fromFloat16([low! | (high! << 8)])[0]!;
  return Number.isNaN(number) ? null : number;
}

/** Stored integers are numbers, bigints or big-endian bytes in two's complement. */
function integerOf(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint);
  return value.length === 0 ? 0n : BigInt.asIntN(8 * value.length, BigInt(`0x${Buffer.from(value).toString('hex')}`));
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(Math.min(-scale, 400)));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Times and timestamps as ISO 8601 texts; undefined for other types. */
function timeOf(element: SchemaElement): ((value: unknown) => string) | undefined {
  const { converted_type: converted, logical_type: logical } = element;
  const old = /^(TIME|TIMESTAMP)_(MILLIS|MICROS)$/.exec(converted ?? '');
  const isLogical = logical?.type === 'TIME' || logical?.type === 'TIMESTAMP';
  if (!isLogical && old === null) return undefined;
  const unit = isLogical ? logical.unit : (old![2] as TimeUnit);
  const timestamp = (isLogical ? logical.type : old![1]) === 'TIMESTAMP';
  const zone = (isLogical ? logical.isAdjustedToUTC : true) && timestamp ? 'Z' : '';
  const digits = fractionDigits[unit];
  const clock = (value: unknown) => clockText(BigInt(value as number | bigint), digits);
  return timestamp ? (value) => isoTime(value as bigint, digits) + zone : clock;
}

function isoTime(count: bigint, digits: number): string {
  const day = 86_400n * 10n ** BigInt(digits);
  const within = ((count % day) + day) % day;
  return `${isoDate((count - within) / day)}T${clockText(within, digits)}`;
}

function clockText(count: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const seconds = count / unit;
  const two = (value: bigint) => String(value).padStart(2, '0');
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map(two).join(':');
  return `${clock}.${String(count % unit).padStart(digits, '0')}`;
}

function isoDate(days: bigint): string {
  const date = new Date(Number(days) * 86_400_000);
  if (Number.isNaN(date.getTime())) throw new UnreadableParquet(`has a date out of range: day ${days}`);
  return date.toISOString().slice(0, -14);
}

/** Days since the start of the Julian period, and nanoseconds of the day. */
function nanosOfInt96(value: bigint): bigint {
  return ((value >> 64n) - 2_440_588n) * 86_400_000_000_000n + (value & 0xffff_ffff_ffff_ffffn);
}
