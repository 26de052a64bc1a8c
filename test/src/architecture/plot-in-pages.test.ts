import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { expect } from 'chai';
import { build } from 'esbuild';

const resolveDir = fileURLToPath(new URL('../../../packages/plot', import.meta.url));

/** Bundles for a page, in which an import of Node is an error. */
function bundleForPage(contents: string) {
  return build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'plot',
    metafile: true,
    logLevel: 'silent',
  });
}

describe('packages/plot', () => {
  it('is bundled for a page, with every package it imports', async () => {
    const { metafile, outputFiles } = await bundleForPage(`export * from '@forge-ml/plot'`);
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.some((path) => path.includes('d3-array/'))).to.equal(true);
    const core = inputs.filter((path) => path.includes('/core/'));
    expect(
      core.filter(
        (path) => !/core\/bundle\/(text|curves|part-(([a-z]+-)?(text|curves)|rolldown-runtime))\.js$/.test(path),
      ),
    ).to.deep.equal([]);
    expect(outputFiles[0]!.text.length).to.be.lessThan(300_000);
  });

  it('draws where there are no globals but those of the language', async () => {
    const { outputFiles } = await bundleForPage(`export * from '@forge-ml/plot'`);
    const context = createContext({});
    runInContext(outputFiles[0]!.text, context);
    const drawing = `plot.curvesFigure(plot.makePlot([{
      run: { experiment: 'digits', number: 1 }, resumes: [], checkpoints: [],
      curves: [{ metric: 'valid.loss', split: 'valid', name: 'loss', lines: [{ x: [1, 2], y: [3, 4] }], smoothed: null,
        notFinite: [], best: null, last: null, values: 2, notPositive: 0 }],
    }], { axis: 'step', log: { x: false, y: false } }), 3.3)`;
    expect(runInContext(drawing, context)).to.match(/^<svg .*<text[^>]*>digits\/1<\/text>/s);
  });

  it('fails this test when it imports what uses Node', async () => {
    const failed = await bundleForPage(`export { findRun } from '@forge-ml/core/runs'`).catch((error) => error);
    expect(String(failed)).to.include('Could not resolve "node:');
  });
});
