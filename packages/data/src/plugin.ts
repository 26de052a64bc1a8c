import { definePlugin } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  readers: { images: async () => (await import('./images/images-reader.js')).imagesReader },
});
