import type { Config } from '@oclif/core/interfaces';
import { unknownCommand } from '../errors/unknown-command.js';

/**
 * oclif calls this for a command it does not know: a plugin of the project may, and is looked for only now, so that
 * no other command pays for it.
 * @throws ForgeError USAGE, naming the nearest command that exists
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
