// Checks the types of the packages in examples/plugins, each with its own tsconfig.json, as in a copy of it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const plugins = fileURLToPath(new URL('../examples/plugins', import.meta.url));
const tsc = fileURLToPath(new URL('../node_modules/@typescript/native/bin/tsc', import.meta.url));
const projects = readdirSync(plugins).filter((name) => existsSync(join(plugins, name, 'tsconfig.json')));
for (const name of projects) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(plugins, name), '--noEmit'], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
