import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A page with both charts. */
export async function openChartPage(browser: Browser, deviceScaleFactor: number): Promise<Page> {
  const { js, css } = await bundled({ entryPoints: ['bench/page/charts.ts'] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor });
  const page = await context.newPage();
  await page.setContent('<!doctype html><body></body>');
  await page.addStyleTag({ content: css });
  await page.addScriptTag({ content: js });
  return page;
}

/** Gzipped bytes of the charts without what the page has anyway: Preact and signals. */
export async function chartBytes() {
  const external = ['preact', 'preact/*', '@preact/signals'];
  const importing = (contents: string) => bundled({ stdin: { contents, resolveDir: root, loader: 'ts' }, external });
  const chart = './packages/ui/src/page/chart';
  const [whole, drawing, uplot] = await Promise.all([
    importing(`export { CurveChart } from '${chart}/curve-chart.js';`),
    importing(
      `export { useDrawing } from '${chart}/use-drawing.js'; export { useLayout } from '${chart}/use-layout.js';`,
    ),
    importing(`export { default } from 'uplot';`),
  ]);
  const style = readFileSync(new URL('../../../node_modules/uplot/dist/uPlot.min.css', import.meta.url));
  return {
    whole: gzipped(whole.js),
    drawing: gzipped(drawing.js),
    uplot: gzipped(uplot.js) + gzipped(style),
  };
}

async function bundled(options: BuildOptions): Promise<{ readonly js: string; readonly css: string }> {
  const { outputFiles } = await build({
    ...{ absWorkingDir: root, outdir: 'out', write: false, bundle: true, minify: true, target: 'es2022' },
    ...{ format: 'esm', platform: 'browser', jsx: 'automatic', jsxImportSource: 'preact', logLevel: 'warning' },
    define: { 'process.env.NODE_ENV': '"production"' },
    ...options,
  });
  const textOf = (extension: string) => outputFiles!.find(({ path }) => path.endsWith(extension))?.text ?? '';
  return { js: textOf('.js'), css: textOf('.css') };
}

function gzipped(content: string | Buffer): number {
  return gzipSync(content, { level: 9 }).length;
}
