import { join } from 'node:path';
import { parametersName } from '../../checkpoint/store/checkpoint-files.js';
import { copyToNewFile } from '../../fs/safe-files.js';
import type { Exporter } from '../contract/exporter.js';

/** Copies the parameters file, which every checkpoint has. */
export const safetensorsExporter: Exporter = {
  description: 'The parameters only, in one file.',
  export: ({ checkpointFolder, out }) => copyToNewFile(join(checkpointFolder, parametersName), out),
};
