import { BACKEND, definePlugin, pluginPort } from '../plugins/plugin.js';
import { nullBackend } from './null-backend.js';
import { toyBackend } from './toy-backend.js';

/** What the module of a plugin that brings the backends toy and null exports. */
export const toyPlugin = definePlugin({
  port: pluginPort,
  name: 'toy-plugin',
  register(container) {
    container.register(BACKEND, { useFactory: () => toyBackend });
    container.register(BACKEND, { useFactory: () => nullBackend });
  },
});
