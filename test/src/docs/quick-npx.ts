import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { root } from './pages.js';

/**
 * An environment whose `npx` starts a command of this repository at once: npm's needs half a second of a processor to
 * find it, and the pages have over a hundred commands. The commands of README.md are run with npm's.
 * @param folder where its script is written
 */
export async function quickNpx(folder: string): Promise<NodeJS.ProcessEnv> {
  await mkdir(folder);
  const file = join(folder, 'npx');
  await writeFile(file, `#!/bin/sh\ncommand=$1\nshift\nexec '${join(root, 'node_modules/.bin')}'/"$command" "$@"\n`);
  await chmod(file, 0o755);
  return { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
}
