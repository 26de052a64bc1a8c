import { join } from 'node:path';
import { parametersName } from '../../checkpoint/store/checkpoint-files.js';
import { copyToNewFile } from '../../fs/safe-files.js';
import type { Exporter } from '../contract/exporter.js';

/** The form that every checkpoint has already. */
export const safetensorsExporter: Exporter = {
  description: 'The parameters alone, in one file.',
  export: ({ checkpointFolder, out }) => copyToNewFile(join(checkpointFolder, parametersName), out),
};
