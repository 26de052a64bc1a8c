// Draws the pictures of the dashboard in the docs: trains some small runs and a sweep, and takes pictures of their pages.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrowser } from '../test/dist/browser/browser.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'forge-images-'));
const out = process.env.FORGE_IMAGES ?? join(root, 'docs/images');
const program = join(root, 'packages/cli/bin/forge.js');
const env = { ...process.env, XDG_CACHE_HOME: join(folder, '.cache') };
const forge = (...words) => execFileSync(process.execPath, [program, ...words], { cwd: folder, env, stdio: 'inherit' });
const start = (...words) =>
  spawn(process.execPath, [program, ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
const train = (name, ...words) => {
  const configs = ['--data-config', 'examples/digits/data.ts', '--model-config', `examples/digits/${name}.tfjs.ts`];
  return ['train', ...configs, '--run-name', `digits-${name}`, '--eval-every', '20', ...words];
};

/** @returns a URL without a slash at its end */
function urlOf(dashboard) {
  return new Promise((resolve) => {
    dashboard.stdout.setEncoding('utf8').once('data', (text) => resolve(text.trim().replace(/\/$/, '')));
  });
}

const running = [];
try {
  for (const name of ['examples', 'node_modules', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
    await symlink(join(root, name), join(folder, name));
  }
  for (const learningRate of ['0.003', '0.01', '0.03']) {
    for (const seed of ['1', '2']) {
      forge(...train('mlp', '--epochs', '4', '--learning-rate', learningRate, '--seed', seed));
    }
  }
  forge(...train('cnn', '--epochs', '2'));
  forge('runs', 'tag', 'digits-mlp/3', '--add', 'paper');
  forge(
    ...['sweep', '--data-config', 'examples/digits/data.ts', '--model-config', 'examples/digits/mlp.tfjs.ts'],
    ...['--space', 'learningRate=log(1e-4..1e-1)', '--space', 'hidden=16,32,64', '--maximize', 'valid.accuracy'],
    ...['--name', 'search', '--trials', '16', '--epochs', '2', '--workers', '2'],
  );
  const training = start(...train('cnn', '--epochs', '60'));
  running.push(training);
  const dashboard = start('ui', '--port', '0');
  running.push(dashboard);
  const url = await urlOf(dashboard);
  const browser = await startBrowser();
  const pictures = [
    ['ui-runs', '/?where=experiment+~+digits', 440],
    ['ui-run', '/run/results/digits-mlp/3?smooth=0.6', 720],
    ['ui-compare', '/compare?runs=results/digits-mlp/1-6', 760],
    ['ui-sweep', '/sweep/results/search', 760],
    ['ui-live', '/run/results/digits-cnn/2', 560],
  ];
  for (const colorScheme of ['light', 'dark']) {
    for (const [name, path, height] of pictures) {
      // Only the README has pictures for dark pages.
      if (name === 'ui-live' && colorScheme === 'dark') continue;
      const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme });
      await page.goto(`${url}${path}`);
      await page.locator('main h1').waitFor({ state: 'attached' });
      await page.waitForTimeout(2_500);
      const suffix = colorScheme === 'light' ? '' : '-dark';
      await page.screenshot({ path: join(out, `${name}${suffix}.png`) });
      await page.close();
    }
  }
  await browser.close();
} finally {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}
