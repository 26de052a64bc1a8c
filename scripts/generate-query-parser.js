import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import peggy from 'peggy';

const folder = fileURLToPath(new URL('../packages/core/src/run/query/', import.meta.url));

/** Where the generated parser is. */
export const parserPath = `${folder}query-parser.generated.ts`;

/**
 * The parser of `forge runs --where`, generated from its grammar. It needs no library at run time.
 * @returns {Promise<string>}
 */
export async function generateQueryParser() {
  const grammar = await readFile(`${folder}query.peggy`, 'utf8');
  const source = peggy.generate(grammar, { output: 'source', format: 'es', allowedStartRules: ['query', 'aField'] });
  const { code } = await transform(source, { minify: true, format: 'esm', charset: 'utf8' });
  const [, body, names] = /^(.*?)export\{([^}]*)\};?\n*$/s.exec(code);
  const local = /(\w+) as parse\b/.exec(names)[1];
  return [
    '// @ts-nocheck',
    '// Generated from query.peggy: npm run grammar',
    body.trim(),
    `export const parse: (text: string, options: { readonly startRule: 'query' | 'aField' }) => unknown = ${local};`,
    '',
  ].join('\n');
}
