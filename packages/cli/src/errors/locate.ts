import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where in a person's own code an error came from, as a sentence; undefined where its stack does not say. */
export function locateInUserCode(error: Error): string | undefined {
  // What Forge says of somebody's error has that as its cause, and a stack of its own that says nothing of it.
  const { stack = '' } = error.cause instanceof Error ? error.cause : error;
  for (const line of stack.split('\n')) {
    const match = /^\s*at (?:.* \()?((?:file:\/\/)?\/[^()]*?):(\d+):(\d+)\)?$/.exec(line);
    if (match === null) continue;
    const file = match[1]!.startsWith('file://') ? fileURLToPath(match[1]!) : match[1]!;
    if (!isPackaged(file)) return `At ${readable(file)}:${match[2]}:${match[3]}; --debug shows the whole stack.`;
  }
  return undefined;
}

/** Installed, or a part of Forge or of a plugin that is linked rather than installed. */
function isPackaged(file: string): boolean {
  if (file.includes(`${sep}node_modules${sep}`)) return true;
  const manifest = nearestManifest(dirname(file));
  return manifest.forge !== undefined || manifest.name?.startsWith('@forge-ml/') === true;
}

function nearestManifest(folder: string): { name?: string; forge?: unknown } {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; forge?: unknown };
  } catch {
    return dirname(folder) === folder ? {} : nearestManifest(dirname(folder));
  }
}

function readable(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
