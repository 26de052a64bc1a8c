import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';

describe('@forge-ml/core/curves', () => {
  it('can be bundled for browsers, small and without Node', async () => {
    const door = fileURLToPath(import.meta.resolve('@forge-ml/core/curves'));
    const { outputFiles, metafile } = await build({
      entryPoints: [door],
      bundle: true,
      minify: true,
      format: 'esm',
      // An import of Node is an error.
      platform: 'browser',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    const [{ text }] = outputFiles as [(typeof outputFiles)[number]];
    expect(text).to.not.match(/\b(Buffer|process|require|__dirname)\b/);
    expect(text.length).to.be.lessThan(12_000);
    const folders = Object.keys(metafile.inputs).map((path) =>
      path.replace(/^.*core\/dist\//, '').replace(/\/[^/]*$/, ''),
    );
    expect([...new Set(folders)].sort()).to.deep.equal(['curves.js', 'metrics/curves', 'metrics/series']);
  });
});
