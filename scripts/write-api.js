// Generates the API reference (docs/api) from the types and their comments.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generateApi } from './generate-api.js';

// Pages of entry points that are gone too.
await rm(fileURLToPath(new URL('../docs/api', import.meta.url)), { recursive: true, force: true });
await mkdir(fileURLToPath(new URL('../docs/api', import.meta.url)), { recursive: true });
for (const [path, text] of await generateApi()) {
  await writeFile(fileURLToPath(new URL(`../${path}`, import.meta.url)), text);
  console.log(path);
}
