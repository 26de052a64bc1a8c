import { flag } from '@forge-ml/core';
import type { CommandRequest, CommandResult, PluginCommand } from '@forge-ml/core/plugin';
import { startServer } from '../server/start-server.js';

/** `forge ui`: the dashboard. */
export const ui: PluginCommand = {
  summary: 'Look at runs in a browser, while they train and after.',
  words: [],
  flags: { port: flag.integer(6464, 'Port to listen on.') },
  run,
};

async function run({ flags, forge }: CommandRequest): Promise<CommandResult> {
  const server = await startServer({ folders: [await forge.resultsFolder()], port: flags.port as number });
  process.stdout.write(`${server.url}\n`);
  await new Promise((resolve) => process.once('SIGINT', resolve));
  await server.close();
  return { data: null, text: '' };
}
