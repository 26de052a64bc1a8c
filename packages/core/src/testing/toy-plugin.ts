import { definePlugin } from '../plugins/contract/plugin.js';
import { nullBackend } from './null-backend.js';
import { toyBackend } from './toy-backend.js';
import { toyExporter, toyFolderExporter, toyPredictor } from './toy-model-file.js';

/** The default export of a plugin that provides the backends toy and null. */
export const toyPlugin = definePlugin({
  port: 1,
  backends: { toy: () => toyBackend, null: () => nullBackend },
  predictors: { toy: () => toyPredictor },
  exporters: { toy: () => toyExporter, 'toy-folder': () => toyFolderExporter },
});
