import { ForgeError } from '@forge-ml/core/plugin';

/** A part of a tokenizer.json: an object with its type. */
export type Config = Readonly<Record<string, unknown>> & { readonly type?: unknown };

export function unsupported(part: string, type: unknown): ForgeError {
  return new ForgeError(
    'DATA_INVALID',
    `The tokenizer has a ${part} of the type ${JSON.stringify(type)}, which is not supported.`,
    {
      about: String(type),
      hint: 'Use the tokenizer of another model, or tokenize the texts beforehand.',
    },
  );
}
