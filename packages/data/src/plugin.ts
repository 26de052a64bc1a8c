import { definePlugin } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  readers: {
    images: async () => (await import('./images/images-reader.js')).imagesReader,
    parquet: async () => (await import('./parquet/parquet-reader.js')).parquetReader,
    wav: async () => (await import('./wav/wav-reader.js')).wavReader,
  },
  steps: {
    chat: async () => (await import('./text/encode-chat.js')).encodeChat as never,
    encodeText: async () => (await import('./text/encode-text.js')).encodeText as never,
  },
});
