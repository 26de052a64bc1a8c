// Writes the manifest of commands and flags, so that start-up does not load the commands.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';

const root = fileURLToPath(new URL('../packages/cli', import.meta.url));
const plugin = new Plugin({ root, ignoreManifest: true, errorOnManifestCreate: true });
await plugin.load();
await writeFile(`${root}/oclif.manifest.json`, `${JSON.stringify(plugin.manifest, null, 2)}\n`);
