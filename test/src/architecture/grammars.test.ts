import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';

const script = fileURLToPath(new URL('../../../scripts/generate-parsers.js', import.meta.url));
const { generateParser, grammars, parserPath } = await import(pathToFileURL(script).href);

describe('generated parsers', () => {
  for (const each of grammars) {
    it(`that of ${basename(each.grammar)} is up to date (npm run grammar)`, async function () {
      this.timeout(60_000);
      expect(await readFile(parserPath(each.grammar), 'utf8')).to.equal(await generateParser(each));
    });
  }
});
