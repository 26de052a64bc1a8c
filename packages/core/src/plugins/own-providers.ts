import { safetensorsReader } from '../data/safetensors-reader.js';
import { localLauncher } from '../train/local-launcher.js';
import type { AnnouncedKind, Providers } from './providers.js';
import { safetensorsExporter } from './safetensors-exporter.js';

/** What Forge itself brings, by the names that no plugin can take. */
export const ownProviders: { readonly [Kind in AnnouncedKind]: Readonly<Record<string, Providers[Kind]>> } = {
  backends: {},
  sinks: {},
  hooks: {},
  launchers: { local: () => localLauncher },
  readers: { safetensors: () => safetensorsReader },
  exporters: { safetensors: () => safetensorsExporter },
  commands: {},
};
