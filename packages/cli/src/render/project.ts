import { shellWord } from '@forge-ml/core/text';
import { shortPath } from '../terminal/paths.js';

/** What was written, and what to type next. */
export function renderProject(folder: string, files: readonly string[]): string {
  const place = shortPath(folder);
  const enter = place === '.' ? '' : `cd ${shellWord(place)} && `;
  return `Wrote ${files.join(', ')} to ${place}\n\n  ${enter}npm install && npx forge train`;
}

/** The same of a plugin's package. @param use what puts it to use, e.g. `forge train --sink NAME` */
export function renderPackage(folder: string, files: readonly string[], use: string): string {
  const place = shortPath(folder);
  const next = [`cd ${shellWord(place)}`, 'npm install', 'npm test'].join(' && ');
  return `Wrote ${files.length} files to ${place}; README.md says what they are.\n\n  ${next}\n\nThen, where it is installed: ${use}`;
}
