import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));

describe('the core and the command line', () => {
  for (const name of ['core', 'cli']) {
    it(`do not name an engine in packages/${name}/src`, async () => {
      const source = join(packages, name, 'src');
      const files = (await readdir(source, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      expect(files.length).to.be.greaterThan(10);
      const naming: string[] = [];
      for (const file of files) {
        const path = join(file.parentPath, file.name);
        if (/tensorflow|tfjs|onnx/i.test(path.slice(source.length) + (await readFile(path, 'utf8')))) naming.push(path);
      }
      expect(naming).to.deep.equal([]);
    });
  }
});
