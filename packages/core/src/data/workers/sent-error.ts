import { type ErrorPlace, ForgeError, isForgeError } from '../../errors/forge-error.js';

/** An error as plain data, for another thread: what structured cloning would lose of it, too. */
export type SentError =
  | { readonly thrown: unknown }
  | {
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      /** `code` and `syscall` of a system error, `code` and `hint` of a ForgeError. */
      readonly fields: Fields;
      readonly isForge: boolean;
      readonly cause?: SentError;
    };

type Fields = Readonly<Record<string, unknown>>;

const fieldNames = ['code', 'about', 'hint', 'place', 'errno', 'syscall', 'path'] as const;

/** The most causes of causes that are sent: a longer chain may be a circle. */
const mostCauses = 8;

export function sentError(error: unknown, depth = 0): SentError {
  if (!(error instanceof Error) && !isForgeError(error)) return { thrown: sendable(error) };
  const { name, message, stack, cause } = error;
  const given = fieldNames.map((field) => [field, (error as unknown as Fields)[field]] as const);
  const fields = Object.fromEntries(given.filter(([, value]) => value !== undefined && typeof value !== 'function'));
  const more = cause === undefined || depth >= mostCauses ? {} : { cause: sentError(cause, depth + 1) };
  return { name, message, stack, fields, isForge: isForgeError(error), ...more };
}

/** The error that was thrown in the other thread, with its stack there. */
export function receivedError(sent: SentError): unknown {
  if ('thrown' in sent) return sent.thrown;
  const { name, message, stack, fields, isForge } = sent;
  const cause = sent.cause === undefined ? {} : { cause: receivedError(sent.cause) };
  const error = isForge
    ? new ForgeError(fields.code as ForgeError['code'], message, { ...(fields as ForgeFields), ...cause })
    : Object.assign(new Error(message, cause), fields);
  return Object.assign(error, { name, stack });
}

interface ForgeFields {
  readonly about?: string;
  readonly hint?: string;
  readonly place?: ErrorPlace;
}

function sendable(thrown: unknown): unknown {
  return typeof thrown === 'object' || typeof thrown === 'function' || typeof thrown === 'symbol'
    ? String(thrown)
    : thrown;
}
