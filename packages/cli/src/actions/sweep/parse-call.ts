import { ForgeError } from '@forge-ml/core/flags';

/** A name with options: `asha(reduction=3, min=1)`. */
export interface Call {
  readonly name: string;
  readonly options: Readonly<Record<string, number | string | boolean>>;
}

/**
 * Reads `NAME` or `NAME(option=value, …)`. Numbers, true and false are such values, all else is text.
 * @param flag the flag that it is the value of
 * @throws ForgeError FLAG_INVALID
 */
export function parseCall(text: string, flag: string): Call {
  const [, name, inside] = /^\s*([A-Za-z][\w-]*)\s*(?:\((.*)\))?\s*$/s.exec(text) ?? [];
  if (name === undefined) throw invalid(text, flag);
  const parts = inside === undefined || inside.trim() === '' ? [] : inside.split(',');
  const options = new Map<string, Call['options'][string]>();
  for (const part of parts) {
    const [, option, value] = /^\s*([A-Za-z]\w*)\s*=\s*(\S(?:.*\S)?)\s*$/s.exec(part) ?? [];
    if (option === undefined || options.has(option)) throw invalid(text, flag);
    options.set(option, readOption(value!));
  }
  return { name, options: Object.fromEntries(options) };
}

function readOption(text: string): Call['options'][string] {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function invalid(text: string, flag: string): ForgeError {
  return new ForgeError('FLAG_INVALID', `--${flag} takes NAME or NAME(option=value, …), not ${JSON.stringify(text)}.`, {
    about: flag,
    hint: `For example: --${flag} ${flag === 'stop' ? "'asha(reduction=3, min=1)'" : "'grid(points=5)'"}.`,
  });
}
