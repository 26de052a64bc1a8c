import { BACKEND, definePlugin, EXPORTER, PREDICTOR, pluginPort } from '../plugins/plugin.js';
import { nullBackend } from './null-backend.js';
import { toyBackend } from './toy-backend.js';
import { toyExporters, toyPredictor } from './toy-model-file.js';

/** What the module of a plugin that brings the backends toy and null exports. */
export const toyPlugin = definePlugin({
  port: pluginPort,
  name: 'toy-plugin',
  register(container) {
    container.register(BACKEND, { useFactory: () => toyBackend });
    container.register(BACKEND, { useFactory: () => nullBackend });
    container.register(PREDICTOR, { useFactory: () => toyPredictor });
    for (const exporter of toyExporters) container.register(EXPORTER, { useFactory: () => exporter });
  },
});
