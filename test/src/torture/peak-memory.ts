import { existsSync, readFileSync } from 'node:fs';

/** The peak memory of this process, in bytes. On Linux `maxRSS` includes the peak of its parent; `/proc` does not. */
export function peakMemory(): number {
  const status = '/proc/self/status';
  const kibibytes = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return Number(kibibytes ?? process.resourceUsage().maxRSS) * 1024;
}
