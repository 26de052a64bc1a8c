import { ForgeError, shownValue } from '@forge-ml/core/plugin';

/** Names that other libraries have for options of losses. */
export const lossSynonyms = {
  sampleWeight: 'weights',
  sampleWeights: 'weights',
  weight: 'classWeights',
  ignoreIndex: 'ignoreLabel',
  ignore_index: 'ignoreLabel',
} as const;

/** @throws ForgeError MODEL_INVALID unless the option is a finite number of at least `least`, or above it */
export function requireNumber(
  owner: string,
  name: string,
  value: unknown,
  { least, above }: { readonly least?: number; readonly above?: number } = {},
): void {
  const fits =
    Number.isFinite(value) &&
    (least === undefined || (value as number) >= least) &&
    (above === undefined || (value as number) > above);
  if (fits) return;
  const bound =
    least === undefined
      ? above === undefined
        ? 'a finite number'
        : `a number above ${above}`
      : `a number of at least ${least}`;
  throw new ForgeError('MODEL_INVALID', `${owner}: ${name} is ${shownValue(value)}, not ${bound}.`, { about: owner });
}

/** @throws ForgeError MODEL_INVALID unless the option is one of the choices */
export function requireOneOf(owner: string, name: string, value: unknown, choices: readonly unknown[]): void {
  if (choices.includes(value)) return;
  throw new ForgeError(
    'MODEL_INVALID',
    `${owner}: ${name} is ${shownValue(value)}, not ${choices.map(shownValue).join(' or ')}.`,
    { about: owner },
  );
}

/** @throws ForgeError MODEL_INVALID unless the option is a whole number from `least` to `most` */
export function requireWholeNumber(owner: string, name: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw new ForgeError(
    'MODEL_INVALID',
    `${owner}: ${name} is ${shownValue(value)}, not a whole number from ${least} to ${most}.`,
    { about: owner },
  );
}
