/**
 * Whether this is a valid npm package name: https://docs.npmjs.com/cli/configuring-npm/package-json#name. Other text is
 * unsafe in a command: it could be a path out of `node_modules`, an option or a second shell command.
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
