/**
 * Whether it is a name that npm takes: https://docs.npmjs.com/cli/configuring-npm/package-json#name. Others may be
 * anything: a path out of `node_modules`, an option, the end of one command line and the beginning of the next.
 */
export function isPackageName(text: string): boolean {
  return text.length <= 214 && /^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*$/.test(text);
}

/** `@scope/name/deep/path` → `@scope/name`. */
export function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
