// Checks the types of the packages in examples/plugins, each with its own tsconfig.json, as in a copy of it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const plugins = fileURLToPath(new URL('../examples/plugins', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const projects = readdirSync(plugins).filter((name) => existsSync(join(plugins, name, 'tsconfig.json')));
for (const name of projects) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(plugins, name), '--noEmit'], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
