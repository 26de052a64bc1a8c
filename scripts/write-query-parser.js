// Generates the parser of `forge runs --where` from its grammar.
import { writeFile } from 'node:fs/promises';
import { generateQueryParser, parserPath } from './generate-query-parser.js';

await writeFile(parserPath, await generateQueryParser());
