import { csvReader } from '../../readers/csv/csv-reader.js';
import { localLauncher } from '../../train/launch/local-launcher.js';
import type { AnnouncedKind, Providers } from '../contract/providers.js';
import { safetensorsExporter } from './safetensors-exporter.js';
import { safetensorsReader } from './safetensors-reader.js';

/** The providers in Forge itself, by names that no plugin can use. */
export const builtins: { readonly [Kind in AnnouncedKind]: Readonly<Record<string, Providers[Kind]>> } = {
  backends: {},
  sinks: {},
  hooks: {},
  checkpointStores: { files: ({ files }) => files },
  launchers: { local: () => localLauncher },
  readers: { safetensors: () => safetensorsReader, csv: () => csvReader },
  exporters: { safetensors: () => safetensorsExporter },
  commands: {},
};
