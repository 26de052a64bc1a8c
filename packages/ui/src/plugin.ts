import { definePlugin } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  commands: {
    ui: async () => (await import('./commands/ui.js')).ui,
    report: async () => (await import('./commands/report.js')).report,
  },
});
