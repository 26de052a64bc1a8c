// Compiles packages/kernels/assembly to WebAssembly: the kernels of all formulas, over unshared and over shared memory; and
// the kernels of tensors.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { formulas } from '../packages/kernels/dist/formulas.js';
import { generateKernels } from './generate-kernels.js';

const assembly = fileURLToPath(new URL('../packages/kernels/assembly/', import.meta.url));
const output = fileURLToPath(new URL('../packages/kernels/dist/', import.meta.url));

const generated = [
  "import { averaged, limited, sign } from './vectors';",
  ...Object.entries(formulas).map(([name, formula]) => generateKernels(name, formula)),
].join('\n');

const options = ['-O3', '--runtime', 'stub', '--importMemory', '--noExportMemory', '--noAssert', '--enable', 'simd'];
const shared = ['--enable', 'threads', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];

await mkdir(output, { recursive: true });
await compile('kernels.wasm', ['index.ts', 'formulas.ts']);
await compile('kernels-shared.wasm', ['index.ts', 'formulas.ts'], shared);
await compile('tensors.wasm', ['tensors.ts']);

async function compile(file, entries, more = []) {
  const read = async (name, baseDir) =>
    name === 'formulas.ts' ? generated : readFile(`${baseDir}/${name}`, 'utf8').catch(() => null);
  const { error, stderr } = await asc.main(
    [...entries, '--baseDir', assembly, '--outFile', file, ...options, ...more],
    { readFile: read, writeFile: (name, bytes) => writeFile(output + basename(name), bytes), listFiles: () => [] },
  );
  if (error) throw new Error(`${stderr}`, { cause: error });
}
