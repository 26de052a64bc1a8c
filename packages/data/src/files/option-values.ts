import { ForgeError } from '@forge-ml/core/plugin';

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** @param allowed fits after `It is `: `1, 3 or 4` */
export function wrongValue(of: string, option: string, value: unknown, allowed: string): ForgeError {
  return new ForgeError('DATA_INVALID', `The option ${option} of ${of} is ${JSON.stringify(value)}.`, {
    about: option,
    hint: `It is ${allowed}.`,
  });
}

/** Whether class folders are labels. @throws ForgeError DATA_INVALID */
export function checkLabels(value: unknown, of: string): boolean {
  if (value === undefined) return true;
  if (typeof value === 'boolean') return value;
  throw wrongValue(of, 'labels', value, 'true or false');
}
