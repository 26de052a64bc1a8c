import { ForgeError, type PluginCommand } from '@forge-ml/core/plugin';

/** `forge report RUN`: runs as one HTML file. */
export const report: PluginCommand = {
  summary: 'Write runs as one HTML file that needs no server.',
  words: [{ name: 'run', required: true, description: 'The run.' }],
  flags: {},
  run: async () => {
    throw new ForgeError('FLAG_INVALID', 'Reports are not written yet.');
  },
};
