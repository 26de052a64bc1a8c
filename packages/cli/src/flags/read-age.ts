import { ForgeError } from '@forge-ml/core/flags';

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `30d`, `12h`, `90m` or `2w`. @throws ForgeError FLAG_INVALID */
export function readAge(text: string, flag: string): number {
  const match = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text.trim());
  if (match !== null) return Number(match[1]) * units[match[2]!]!;
  throw new ForgeError('FLAG_INVALID', `--${flag} "${text}" is not an age.`, {
    about: flag,
    hint: 'Use a number and a unit: 90m, 12h, 30d or 2w.',
  });
}
