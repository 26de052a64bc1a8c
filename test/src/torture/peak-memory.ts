import { existsSync, readFileSync } from 'node:fs';

/** The most memory this process has had, in bytes. On Linux `maxRSS` begins with what its parent had; its status does not. */
export function peakMemory(): number {
  const status = '/proc/self/status';
  const kibibytes = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return Number(kibibytes ?? process.resourceUsage().maxRSS) * 1024;
}
