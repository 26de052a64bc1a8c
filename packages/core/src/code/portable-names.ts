import { isDeviceName } from '../fs/path-traversal.js';

/** Why the stored files cannot be copied to every system, one sentence for each problem. */
export function unportableNames(paths: Iterable<string>): string[] {
  const problems: string[] = [];
  const byCase = new Map<string, string>();
  for (const path of paths) {
    const other = byCase.get(path.toLowerCase());
    if (other !== undefined)
      problems.push(`${other} and ${path} differ only in case, which not every file system supports.`);
    byCase.set(path.toLowerCase(), path);
    const bad = path.split('/').find((part) => !isPortableName(part));
    if (bad !== undefined) problems.push(`${path}: Windows does not allow the name ${JSON.stringify(bad)}.`);
  }
  return problems;
}

/** Whether every system allows a file or folder with that name. */
export function isPortableName(name: string): boolean {
  return !isDeviceName(name, 'win32') && !/[<>:"|?*\\]|[. ]$/.test(name) && name.length <= 255;
}
