import { homedir } from 'node:os';
import { join } from 'node:path';

/** A private folder of this user for files that can be recreated. In a shared one another user could plant code. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'forge');
}
