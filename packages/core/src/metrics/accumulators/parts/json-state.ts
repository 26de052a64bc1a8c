import { isObject } from '../../../json/is-object.js';
import { decodeNumber } from '../../../json/json-number.js';

/** A value of JSON in which NaN and the infinities, which JSON has as strings, are numbers again. */
export function decodeNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeNumbers);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decodeNumbers(item)]));
  return decodeNumber(value) ?? value;
}

/** Whether JSON can hold a value, NaN and infinities included, so that it comes back as it was. */
export function isJson(value: unknown): boolean {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  if (Array.isArray(value)) return value.every(isJson);
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}
