// Counts the lines that a newcomer writes for each job besides the model: `node scripts/count-lines.js`.
//
// Counted is every line with code, as Biome formats it, also one with only a bracket: of the data config, or of the script
// that predicts or serves. Not counted: empty lines, comments, imports, and the model config.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The most lines that a job may take. */
export const most = 10;

const jobs = {
  'a table (CSV)': 'tabular/data.ts',
  'a folder of images': 'image-folder/data.ts',
  'texts with labels': 'text-classifier/data.ts',
  'predict a CSV file in a script': 'tabular/predict.ts',
  'serve a run over HTTP': 'serve/server.ts',
};

/** The number of lines with code outside of imports. */
export function countLines(source) {
  const file = ts.createSourceFile('example.ts', source, ts.ScriptTarget.Latest, true);
  const lines = new Set();
  const lineAt = (position) => file.getLineAndCharacterOfPosition(position).line;
  const count = (node) => {
    const parts = node.getChildren(file).filter((part) => !ts.isJSDoc(part));
    if (parts.length > 0) parts.forEach(count);
    // A text in backticks has several lines.
    else if (node.getWidth(file) > 0)
      for (let line = lineAt(node.getStart(file)); line <= lineAt(node.getEnd()); line++) lines.add(line);
  };
  for (const statement of file.statements) if (!ts.isImportDeclaration(statement)) count(statement);
  return lines.size;
}

/** The lines of each job. */
export function countJobs() {
  return Object.entries(jobs).map(([job, path]) => {
    const file = fileURLToPath(new URL(`../examples/${path}`, import.meta.url));
    return { job, file: `examples/${path}`, lines: countLines(readFileSync(file, 'utf8')) };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = [{ job: 'job', file: 'file', lines: 'lines' }, ...countJobs()];
  for (const { job, file, lines } of rows)
    console.log(`${job.padEnd(32)}${file.padEnd(34)}${String(lines).padStart(5)}`);
}
