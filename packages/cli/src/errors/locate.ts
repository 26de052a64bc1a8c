import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where an error came from, as a sentence: in a person's own code or, where that was not on the way, in a plugin's.
 * Undefined where its stack does not say.
 */
export async function locateError(error: Error): Promise<string | undefined> {
  const { nearestPackageJson } = await import('@forge-ml/core/plugins');
  // What Forge says of another's error has that as its cause, and a stack of its own that says nothing of it.
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
