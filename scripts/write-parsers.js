// Generates the parsers of `forge runs --where` and `forge sweep --space` from their grammars.
import { writeFile } from 'node:fs/promises';
import { generateParser, grammars, parserPath } from './generate-parsers.js';

for (const each of grammars) await writeFile(parserPath(each.grammar), await generateParser(each));
