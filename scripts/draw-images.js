// Draws the pictures of the docs: trains two small runs in a temporary folder, and plots them.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'forge-images-'));
const forge = (...words) =>
  execFileSync(process.execPath, [join(root, 'packages/cli/bin/forge.js'), ...words], {
    cwd: folder,
    stdio: 'inherit',
  });

try {
  for (const name of ['examples', 'node_modules', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
    await symlink(join(root, name), join(folder, name));
  }
  const configs = ['--data-config', 'examples/digits/data.ts', '--model-config', 'examples/digits/mlp.tfjs.ts'];
  const run = ['train', ...configs, '--run-name', 'digits', '--epochs', '4', '--eval-every', '20'];
  forge(...run);
  forge(...run, '--learning-rate', '0.01');
  const out = join(root, 'docs/images/plot.svg');
  forge('runs', 'plot', 'train.loss,valid.loss', 'digits/1', 'digits/2', '--smooth', '0.6', '--out', out, '--force');
} finally {
  await rm(folder, { recursive: true });
}
