import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { parseBytes } from '../../text/parse-bytes.js';

/** Reads a file of the kernel; undefined where there is none. */
export type ReadSystemFile = (path: string) => string | undefined;

export interface AvailableMemory {
  readonly bytes: number;
  /** What limits it. */
  readonly by: 'setting' | 'control group' | 'machine';
}

const settingName = 'FORGE_MEMORY_LIMIT';

/**
 * How much memory this process can get besides what it has: what `FORGE_MEMORY_LIMIT` says; or what the machine has, or its
 * control groups allow, without what can be freed (file caches). On Linux only the latter two are exact.
 * @returns undefined where `FORGE_MEMORY_LIMIT` is `none`
 * @throws ForgeError USAGE for a setting that is no size
 */
export function availableMemory(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  read: ReadSystemFile = readIfPresent,
): AvailableMemory | undefined {
  const setting = environment[settingName]?.trim();
  if (setting === 'none') return undefined;
  if (setting) return { bytes: sizeOfSetting(setting), by: 'setting' };
  const ofMachine = kibibytes(read('/proc/meminfo'), 'MemAvailable') ?? freemem();
  const ofGroup = leftOfGroups(read);
  return ofGroup !== undefined && ofGroup < ofMachine
    ? { bytes: ofGroup, by: 'control group' }
    : { bytes: ofMachine, by: 'machine' };
}

function sizeOfSetting(setting: string): number {
  const bytes = parseBytes(setting);
  if (bytes !== undefined) return bytes;
  throw new ForgeError('USAGE', `${settingName} is ${JSON.stringify(setting)}, which is no size.`, {
    about: settingName,
    hint: "Set it to a size such as 8GB, to none for no check, or to nothing for the machine's memory.",
  });
}

/** The least that a control group of this process has left: of version 2, or of version 1's controller of memory. */
function leftOfGroups(read: ReadSystemFile): number | undefined {
  const lines = read('/proc/self/cgroup')?.trim().split('\n') ?? [];
  const left = lines.flatMap((line) => {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === '') return foldersOf('/sys/fs/cgroup', path).map((folder) => leftOf(read, folder, names2));
    if (!controllers.split(',').includes('memory')) return [];
    return foldersOf('/sys/fs/cgroup/memory', path).map((folder) => leftOf(read, folder, names1));
  });
  const known = left.filter((bytes) => bytes !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

const names2 = { limit: 'memory.max', usage: 'memory.current', prefix: '' };
const names1 = { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes', prefix: 'total_' };

/** The folder of a group and of all above it: each of them limits. */
function foldersOf(root: string, path: string): string[] {
  const folders = [];
  for (let at = path; ; at = dirname(at)) {
    folders.push(join(root, at));
    if (at === '/' || at === '.') return folders;
  }
}

function leftOf(read: ReadSystemFile, folder: string, names: typeof names2): number | undefined {
  const limit = Number(read(join(folder, names.limit)) ?? Number.NaN);
  const usage = Number(read(join(folder, names.usage)) ?? Number.NaN);
  // `max`, or a number that no machine has.
  if (!Number.isFinite(limit) || !Number.isFinite(usage) || limit >= 2 ** 60) return undefined;
  const statistics = read(join(folder, 'memory.stat')) ?? '';
  const cached = ['inactive_file', 'active_file'].reduce((sum, name) => {
    return sum + Number(new RegExp(`^${names.prefix}${name} (\\d+)$`, 'm').exec(statistics)?.[1] ?? 0);
  }, 0);
  return Math.max(0, limit - usage + cached);
}

function kibibytes(text: string | undefined, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text ?? '')?.[1];
  return found === undefined ? undefined : 1024 * Number(found);
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
