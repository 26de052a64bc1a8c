// Trains a CNN on drawn digits with the command line, which prints its accuracy and its run at the end.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const configs = ['--data-config', 'examples/digits/data.ts', '--model-config', 'examples/digits/cnn.tfjs.ts'];
const forge = [`${root}/packages/cli/bin/forge.js`, 'train', '--backend', 'tfjs', ...configs, '--epochs', '5'];

// Ctrl-C also reaches the training, which finishes its step and saves: wait for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
const training = spawn(process.execPath, [...forge, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
training.on('exit', (status) => process.exit(status ?? 1));
