/** Checks generated from a type by `npm run schemas`. */
export interface FileCheck {
  /** Fast, but does not say what is wrong. */
  readonly isValid: (value: unknown) => boolean;
  readonly explain: Explain;
}

interface Explain {
  (value: unknown): boolean;
  /** The result of the last call. */
  errors?: readonly CheckError[] | null;
}

interface CheckError {
  /** The path of the invalid value, as a JSON pointer (RFC 6901): `/engine/settings`. */
  readonly instancePath: string;
  readonly params: { readonly missingProperty?: string };
}

/** The first field of a file that is missing or of the wrong type, as `engine.settings`; undefined if all are valid. */
export function invalidField({ isValid, explain }: FileCheck, value: unknown): string | undefined {
  if (isValid(value) || explain(value)) return undefined;
  const { instancePath = '', params } = explain.errors?.[0] ?? {};
  const path = instancePath.split('/').slice(1).map(unescapePointer);
  if (params?.missingProperty !== undefined) path.push(params.missingProperty);
  return path.join('.');
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
