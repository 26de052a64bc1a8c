import { isDeviceName } from '../fs/path-traversal.js';

/** What keeps the stored files from being copied to every system, in a sentence each. */
export function unportableNames(paths: Iterable<string>): string[] {
  const told: string[] = [];
  const byCase = new Map<string, string>();
  for (const path of paths) {
    const other = byCase.get(path.toLowerCase());
    if (other !== undefined) told.push(`${other} and ${path} differ only in case: not every system can hold both.`);
    byCase.set(path.toLowerCase(), path);
    const bad = path.split('/').find((part) => !isPortableName(part));
    if (bad !== undefined) told.push(`${path}: Windows cannot hold a file called ${JSON.stringify(bad)}.`);
  }
  return told;
}

/** Whether every system can hold a file or folder of that name. */
export function isPortableName(name: string): boolean {
  return !isDeviceName(name, 'win32') && !/[<>:"|?*\\]|[. ]$/.test(name) && name.length <= 255;
}
