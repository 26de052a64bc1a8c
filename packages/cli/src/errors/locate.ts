import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Says in a sentence where an error was thrown: in user code, or else in a plugin. Undefined if its stack names neither.
 */
export async function locateError(error: Error): Promise<string | undefined> {
  const { nearestPackageJson } = await import('@forge-ml/core/plugins');
  // An error that Forge wrapped is the cause; the wrapper's own stack does not lead to it.
  const { stack = '' } = error.cause instanceof Error ? error.cause : error;
  let inPlugin: string | undefined;
  for (const line of stack.split('\n')) {
    const match = /^\s*at (?:.* \()?((?:file:\/\/)?\/[^()]*?):(\d+):(\d+)\)?$/.exec(line);
    if (match === null) continue;
    const file = match[1]!.startsWith('file://') ? fileURLToPath(match[1]!) : match[1]!;
    const place = `${readable(file)}:${match[2]}:${match[3]}; --debug shows the whole stack.`;
    const { name, content } = nearestPackageJson(dirname(file)) ?? {};
    const isForge = name?.startsWith('@forge-ml/') === true;
    if (content?.forge !== undefined && !isForge) inPlugin ??= `In the plugin ${name}, at ${place}`;
    else if (!isForge && !file.includes(`${sep}node_modules${sep}`)) return `At ${place}`;
  }
  return inPlugin;
}

function readable(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
