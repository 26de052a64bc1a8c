import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of this user's own for what can be made again. In one shared with others, another user could plant code. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'forge');
}
