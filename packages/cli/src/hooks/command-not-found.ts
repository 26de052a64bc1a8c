import type { Config } from '@oclif/core/interfaces';
import { unknownCommand } from '../errors/unknown-command.js';

/** oclif calls this for a command that does not exist. @throws ForgeError USAGE, naming the nearest one that does */
export default async function commandNotFound({ id, config }: { id: string; config: Config }): Promise<never> {
  throw await unknownCommand(id, config.commandIDs);
}
