import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import peggy from 'peggy';

const source = (path) => fileURLToPath(new URL(`../packages/core/src/${path}`, import.meta.url));

/** The grammars, and the rules that a text may be parsed with. */
export const grammars = [
  { grammar: source('run/query/query.peggy'), startRules: ['query', 'aField'] },
  { grammar: source('sweep/space/parameter.peggy'), startRules: ['parameter'] },
];

/** Where the parser of a grammar is. */
export function parserPath(grammar) {
  return grammar.replace(/\.peggy$/, '-parser.generated.ts');
}

/**
 * A parser, generated from its grammar. It needs no library at run time.
 * @returns {Promise<string>}
 */
export async function generateParser({ grammar, startRules }) {
  const text = await readFile(grammar, 'utf8');
  const generated = peggy.generate(text, { output: 'source', format: 'es', allowedStartRules: startRules });
  const { code } = await transform(generated, { minify: true, format: 'esm', charset: 'utf8' });
  const [, body, names] = /^(.*?)export\{([^}]*)\};?\n*$/s.exec(code);
  const local = /(\w+) as parse\b/.exec(names)[1];
  const rules = startRules.map((rule) => `'${rule}'`).join(' | ');
  return [
    '// @ts-nocheck',
    `// Generated from ${grammar.split(/[\\/]/).at(-1)}: npm run grammar`,
    body.trim(),
    `export const parse: (text: string, options: { readonly startRule: ${rules} }) => unknown = ${local};`,
    '',
  ].join('\n');
}
