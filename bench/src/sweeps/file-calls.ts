import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A system call on a file. */
export interface FileCall {
  /** Seconds since 1970. */
  readonly time: number;
  /** `openat`, `rename`, `read`, … */
  readonly call: string;
  /** Relative to the observed folder; empty for the folder itself. */
  readonly path: string;
}

/** Everything that a file server would have to answer; not `close` and `lseek`. */
const calls = [
  '%file',
  ...['read', 'write', 'pread64', 'pwrite64', 'readv', 'writev', 'preadv', 'pwritev', 'copy_file_range', 'sendfile'],
  ...['fstat', 'getdents64', 'fsync', 'fdatasync', 'ftruncate', 'fchmod', 'futimesat', 'utimensat', 'flock', 'fcntl'],
];

/** Whether strace is installed and may trace. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0;
}

/**
 * Runs node, and counts its calls and those of its child processes within a folder.
 * @param within absolute
 */
export async function traceFileCalls(
  words: readonly string[],
  { cwd, within }: { readonly cwd: string; readonly within: string },
): Promise<FileCall[]> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-trace-'));
  const log = join(folder, 'calls');
  // -y names the file of each descriptor.
  const options = ['-f', '-y', '-qq', '-ttt', '-e', `trace=${calls.join(',')}`, '-e', 'signal=none', '-o', log];
  try {
    const child = spawn('strace', [...options, process.execPath, ...words], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [status] = (await once(child, 'close')) as [number | null];
    if (status !== 0) throw new Error(`node ${words.join(' ')} ended with ${status}: ${said}`);
    return parseCalls(readFileSync(log, 'utf8'), within);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param text the output of `strace -f -y -ttt` */
export function parseCalls(text: string, within: string): FileCall[] {
  const found: FileCall[] = [];
  for (const line of text.split('\n')) {
    const [, time, call, rest] = /^\d+\s+([\d.]+) (\w+)\((.*)$/.exec(line) ?? [];
    if (rest === undefined || call === 'fcntl') continue;
    const at = rest.indexOf(within);
    // A sibling such as results-2 is outside.
    if (at < 0 || !/["></]/.test(rest[at + within.length] ?? '')) continue;
    const path = /^\/?([^"<>]*)/.exec(rest.slice(at + within.length))![1]!;
    found.push({ time: Number(time), call: call!, path });
  }
  return found;
}
