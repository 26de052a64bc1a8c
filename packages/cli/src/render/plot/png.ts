import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { packageRoot } from '../../process/package-root.js';

/** Pixels of an inch of a figure, as journals ask for. */
const dotsPerInch = 300;

/** Draws an SVG figure as PNG. Its text is in DejaVu Sans: a machine that trains may have no font. */
export async function svgToPng(svg: string, inches: number): Promise<Uint8Array> {
  const assets = join(packageRoot, 'bundle', 'assets');
  await initWasm(await readFile(join(assets, 'resvg.wasm')));
  const image = new Resvg(svg, {
    fitTo: { mode: 'width', value: Math.round(inches * dotsPerInch) },
    font: { fontBuffers: [await readFile(join(assets, 'DejaVuSans.ttf'))], defaultFontFamily: 'DejaVu Sans' },
  });
  return image.render().asPng();
}
