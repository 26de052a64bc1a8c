import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const source = fileURLToPath(new URL('../../../packages/onnx/src/', import.meta.url));

describe('the ONNX library', () => {
  it('does not mention Forge or its concepts', async () => {
    const files = (await readdir(source, { recursive: true })).filter((name) => /\.ts$/.test(name));
    expect(files.length).to.be.greaterThan(100);
    const naming: string[] = [];
    for (const name of files) {
      const text = await readFile(join(source, name), 'utf8');
      if (/\bForge|@forge-ml\/(?!onnx)/.test(text)) naming.push(name);
      // Tests may mention the sessions of ONNX Runtime.
      if (!name.includes('.test.') && /\b(experiment|checkpoint|config|backend|epoch|session)s?\b/i.test(text)) {
        naming.push(name);
      }
    }
    expect(naming).to.deep.equal([]);
  });
});
