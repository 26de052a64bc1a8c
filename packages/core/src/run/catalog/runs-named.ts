import type { RunFolder } from '../folder/run-folder.js';
import { readAnnotations } from '../record/annotations.js';

/** Most runs whose annotations are read: for a suggestion only. */
const mostRead = 10_000;
const mostNamed = 3;

/** The newest runs with that display name, as `mnist/3`. Several may have one, so it is no address. */
export function runsNamed(name: string, runs: readonly RunFolder[]): readonly string[] {
  const wanted = name.toLowerCase();
  const named: string[] = [];
  for (const { path, experiment, number } of runs.slice(-mostRead).reverse()) {
    if (nameOf(path)?.toLowerCase() !== wanted) continue;
    if (named.push(`${experiment}/${number}`) === mostNamed) break;
  }
  return named;
}

function nameOf(run: string): string | undefined {
  try {
    return readAnnotations(run).name;
  } catch {
    return undefined;
  }
}
