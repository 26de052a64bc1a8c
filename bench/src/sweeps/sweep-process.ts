import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const forge = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));

/** The time of a whole node process, s. @throws Error unless it ends with 0 */
export async function timeNode(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, words, {
    cwd,
    env: { ...process.env, XDG_DATA_HOME: join(cwd, '.data'), XDG_CACHE_HOME: join(cwd, '.cache'), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`node ${words.join(' ')} ended with ${status}: ${said}`);
  return (performance.now() - start) / 1000;
}
