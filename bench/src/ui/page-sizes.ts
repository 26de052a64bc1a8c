import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Row } from '../benchmark.js';
import { atMost, information } from './rows.js';

const bundle = fileURLToPath(new URL('../../../packages/ui/bundle', import.meta.url));
const forge = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));

/** Sizes of the page and of a report. @param results has the run `experiment-1/1`, which has no metrics */
export function pageSizes(results: string, folder: string): Row[] {
  const assets = join(bundle, 'page', 'assets');
  const files = readdirSync(assets).filter((name) => /\.(js|css)$/.test(name));
  const size = (names: Iterable<string>) =>
    [...names].reduce((total, name) => total + gzipSync(readFileSync(join(assets, name)), { level: 9 }).length, 0) /
    1000;
  const start = files.filter((name) => name.startsWith('index-'));
  const views = files.filter((name) => /^(run|compare|sweeps?)-page-/.test(name));
  const rows = [undefined, ...views].map((view) => {
    const title = view === undefined ? 'list' : view.replace(/-page-.*/, '');
    const loaded = withImports(assets, view === undefined ? start : [...start, view]);
    return atMost(`script and style of the view ${title}, gzipped`, size(loaded), 'kB', 80, `${loaded.size} files`);
  });
  const out = join(folder, 'report.html');
  const words = ['report', join(results, 'experiment-1', '1'), '--out', out, '--force'];
  const { status, stderr } = spawnSync(process.execPath, [forge, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`forge report: ${stderr}`);
  return [
    ...rows,
    information('script and style of all views together, gzipped', size(files), 'kB'),
    atMost('a report of a run without metrics', statSync(out).size / 1000, 'kB', 150),
  ];
}

/** Files with those that they import at once. */
function withImports(assets: string, names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    const imported = readFileSync(join(assets, name), 'utf8').matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g);
    withImports(
      assets,
      [...imported].map(([, path]) => path!),
      found,
    );
  }
  return found;
}
