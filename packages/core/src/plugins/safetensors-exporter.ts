import { join } from 'node:path';
import { parametersName } from '../checkpoint/checkpoint-files.js';
import { copyToNewFile } from '../files/safe-files.js';
import type { Exporter } from './exporter.js';

/** The form that every checkpoint has already. */
export const safetensorsExporter: Exporter = {
  description: 'The parameters alone, in one file.',
  export: ({ checkpointFolder, out }) => copyToNewFile(join(checkpointFolder, parametersName), out),
};
