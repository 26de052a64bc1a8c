import { csvReader } from '../../readers/csv/csv-reader.js';
import { idxReader } from '../../readers/idx/idx.js';
import { jsonLinesReader } from '../../readers/lines/json-lines.js';
import { textLinesReader } from '../../readers/lines/text-lines.js';
import { npyReader } from '../../readers/npy/npy.js';
import type { AnnouncedKind, Providers } from '../contract/providers.js';
import { safetensorsExporter } from './safetensors-exporter.js';
import { safetensorsReader } from './safetensors-reader.js';
import { samplers } from './samplers.js';

/** The providers in Forge itself, by names that no plugin can use. */
export const builtins: { readonly [Kind in AnnouncedKind]: Readonly<Record<string, Providers[Kind]>> } = {
  backends: {},
  sinks: {},
  hooks: {},
  checkpointStores: { files: ({ files }) => files },
  launchers: {
    // Not loaded by commands that start nothing.
    local: async ({ workers }) => {
      const { localLauncher } = await import('../../train/launch/local/local-launcher.js');
      return localLauncher(workers === undefined ? {} : { workers });
    },
  },
  samplers,
  readers: {
    safetensors: () => safetensorsReader,
    csv: () => csvReader,
    jsonLines: () => jsonLinesReader,
    npy: () => npyReader,
    idx: () => idxReader,
    textLines: () => textLinesReader,
  },
  // Those of Forge itself are in preprocessing/step-kinds.ts.
  steps: {},
  exporters: { safetensors: () => safetensorsExporter },
  commands: {},
};
