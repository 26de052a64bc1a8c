import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { isPackageName, packageNameOf } from '../../text/package-name.js';

/** Explains an error from loading a module or its imports. */
export function loadFailure(error: unknown, path: string): ForgeError {
  if (isForgeError(error)) {
    const { code, about = path, hint } = error;
    const details = { about, cause: error, ...(hint === undefined ? {} : { hint }) };
    return new ForgeError(code, `${path}: ${error.message}`, details);
  }
  const [first = '', second = ''] = messageOf(error).split('\n');
  const parse = /^ParseError: (.*)$/.exec(first);
  if (parse !== null) {
    return new ForgeError('CONFIG_FAILED', `Syntax error in ${second.trim() || path}: ${parse[1]!.trim()}.`, {
      about: path,
      hint: 'Check that line and the one before it.',
      cause: error,
    });
  }
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(first);
  if (missing !== null) {
    const specifier = missing[1]!;
    const isPackage = isPackageName(packageNameOf(specifier));
    return new ForgeError('CONFIG_FAILED', `${path} imports ${specifier}, which cannot be found.`, {
      about: specifier,
      hint: isPackage ? `npm install ${packageNameOf(specifier)}` : 'Check the path of the import.',
      cause: error,
    });
  }
  return new ForgeError('CONFIG_FAILED', `${path} failed to load: ${first}`, { about: path, cause: error });
}
