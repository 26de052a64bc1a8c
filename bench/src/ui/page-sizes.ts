import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Row } from '../benchmark.js';
import { atMost } from './rows.js';

const bundle = fileURLToPath(new URL('../../../packages/ui/bundle', import.meta.url));
const forge = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));

/** Sizes of the page and of a report. @param results has the run `experiment-1/1`, which has no metrics */
export function pageSizes(results: string, folder: string): Row[] {
  const files = readdirSync(join(bundle, 'page'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(js|css|html)$/.test(name),
  );
  const sizes = files.map((name) => gzipSync(readFileSync(join(bundle, 'page', name)), { level: 9 }).length);
  const out = join(folder, 'report.html');
  const words = ['report', join(results, 'experiment-1', '1'), '--out', out, '--force'];
  const { status, stderr } = spawnSync(process.execPath, [forge, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`forge report: ${stderr}`);
  return [
    atMost('script and style of all views, gzipped', sum(sizes) / 1000, 'kB', 80, `${files.length} files`),
    atMost('a report of a run without metrics', statSync(out).size / 1000, 'kB', 150),
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
