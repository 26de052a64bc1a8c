// Generates the published JSON Schemas of a run folder's files (docs/schema) and core's checks from their types.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generateSchemas } from './generate-schemas.js';

for (const [path, text] of await generateSchemas()) {
  await writeFile(fileURLToPath(new URL(`../${path}`, import.meta.url)), text);
  console.log(path);
}
