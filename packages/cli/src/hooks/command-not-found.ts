import type { Config } from '@oclif/core/interfaces';
import { unknownCommand } from '../errors/unknown-command.js';

/**
 * oclif calls this for an unknown command. Only now are plugins searched for it, so that other commands start faster.
 * @throws ForgeError USAGE suggesting the closest command
 */
export default async function commandNotFound(missing: {
  id: string;
  argv?: string[];
  config: Config;
}): Promise<unknown> {
  const { id, argv = [], config } = missing;
  const { everyCommand, findPluginCommand } = await import('../base/plugin-command.js');
  const command = await findPluginCommand(id, config);
  if (command === undefined) throw await unknownCommand(id, await everyCommand(config));
  return command.run(argv, config);
}
