import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes the licenses of the packages that files of a bundle are from, which must be distributed with it.
 * @param {string} path
 * @param {Iterable<string>} files absolute paths
 */
export async function writeNotices(path, files) {
  const folders = new Set(
    [...files].flatMap((file) => /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1] ?? []),
  );
  const notices = [];
  for (const folder of [...folders].sort()) {
    const { name, version, license, repository } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const texts = [];
    for (const file of (await readdir(folder)).filter((entry) => /^licen[sc]e/i.test(entry))) {
      texts.push((await readFile(join(folder, file), 'utf8')).trim());
    }
    if (texts.length === 0) texts.push(`Source: ${repository?.url ?? repository}`);
    notices.push(`${name} ${version} (${license})\n\n${texts.join('\n\n')}`);
  }
  await writeFile(path, `${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
}
