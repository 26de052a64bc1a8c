import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a driver reports of a GPU; numbers that it does not report are absent. */
export interface GpuUsage {
  /** Percent of the time in which the GPU was busy. */
  readonly utilization?: number;
  /** Bytes in use, by all processes. */
  readonly memory?: number;
  /** Watts. */
  readonly power?: number;
  /** Degrees Celsius. */
  readonly temperature?: number;
}

/** How to ask for the GPUs; undefined if this machine has no driver that reports them. */
export type ReadGpus = () => Promise<readonly GpuUsage[]>;

const timeout = 2000;
const query = ['--query-gpu=utilization.gpu,memory.used,power.draw,temperature.gpu', '--format=csv,noheader,nounits'];

/** Finds a driver that tells about GPUs: NVIDIA's by its tool, AMD's by the files of the Linux kernel. */
export async function findGpus(drm = '/sys/class/drm'): Promise<ReadGpus | undefined> {
  const nvidia = async () => parseNvidia((await promisify(execFile)('nvidia-smi', query, { timeout })).stdout);
  const amd = async () => readAmd(drm);
  for (const read of [nvidia, amd]) {
    if ((await read().catch(() => [])).length > 0) return read;
  }
  return undefined;
}

/** A line for each GPU; `[N/A]` for what it does not tell. */
export function parseNvidia(output: string): GpuUsage[] {
  const lines = output.split('\n').filter((line) => line.includes(','));
  return lines.map((line) => {
    const [utilization, mebibytes, power, temperature] = line.split(',').map((field) => {
      const text = field.trim();
      return text === '' ? Number.NaN : Number(text);
    });
    return known({ utilization, memory: mebibytes! * 2 ** 20, power, temperature });
  });
}

/** The files of the amdgpu driver: https://docs.kernel.org/gpu/amdgpu/driver-misc.html */
async function readAmd(drm: string): Promise<GpuUsage[]> {
  const cards = (await readdir(drm)).filter((name) => /^card\d+$/.test(name)).sort();
  const usages = cards.map(async (card) => {
    const read = async (name: string) =>
      Number(await readFile(join(drm, card, 'device', name), 'utf8').catch(() => 'x'));
    return known({ utilization: await read('gpu_busy_percent'), memory: await read('mem_info_vram_used') });
  });
  return (await Promise.all(usages)).filter(({ utilization }) => utilization !== undefined);
}

function known(usage: Record<keyof GpuUsage, number | undefined> | Partial<Record<keyof GpuUsage, number>>): GpuUsage {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => Number.isFinite(value)));
}
