import { shellWord } from '@forge-ml/core/text';
import { shortPath } from '../terminal/paths.js';

/** Lists the written files and the next command. */
export function renderProject(folder: string, files: readonly string[]): string {
  const place = shortPath(folder);
  const enter = place === '.' ? '' : `cd ${shellWord(place)} && `;
  return `Wrote ${files.join(', ')} to ${place}\n\n  ${enter}npm install && npx forge train`;
}

/** The same for a plugin's package. @param use the command that uses it, e.g. `forge train --sink NAME` */
export function renderPackage(folder: string, files: readonly string[], use: string): string {
  const place = shortPath(folder);
  const next = [`cd ${shellWord(place)}`, 'npm install', 'npm test'].join(' && ');
  return `Wrote ${files.length} files to ${place}; README.md describes them.\n\n  ${next}\n\nOnce it is installed: ${use}`;
}
