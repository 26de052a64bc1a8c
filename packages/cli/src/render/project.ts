import { shortPath } from './paths.js';

/** What was written, and what to type next. */
export function renderProject(folder: string, files: readonly string[]): string {
  const place = shortPath(folder);
  const enter = place === '.' ? '' : `cd ${place} && `;
  return `Wrote ${files.join(', ')} to ${place}\n\n  ${enter}npm install && npx forge train`;
}
