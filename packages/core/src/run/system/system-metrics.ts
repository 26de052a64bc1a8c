import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import type { Stats } from '../../backend/backend.js';
import { CpuMeter } from './cpu-usage.js';
import { findGpus, type GpuUsage, type ReadGpus } from './gpu-usage.js';

/** The split of these numbers. */
export const systemSplit = 'system';

/** Logs at an interval how much of the machine a run uses. What cannot be measured is omitted. */
export class SystemMetrics {
  private readonly cpu = new CpuMeter();
  private gpus: Promise<ReadGpus | undefined> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private reading = false;

  /**
   * @param folder the run, whose disk is measured
   * @param log receives the numbers; not after `stop`
   */
  constructor(
    private readonly folder: string,
    private readonly log: (values: Stats) => void,
  ) {}

  start(everyMs: number): void {
    this.timer = setInterval(() => void this.report(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Logs once more, so that a run shorter than the interval has numbers too, and stops. */
  async end(): Promise<void> {
    await this.report();
    this.stop();
  }

  private async report(): Promise<void> {
    // A driver may take longer than the interval.
    if (this.reading) return;
    this.reading = true;
    const values = await this.read().finally(() => {
      this.reading = false;
    });
    if (this.timer !== undefined) this.log(values);
  }

  /** Bytes, and percent: see `CpuUsage` and `GpuUsage`. */
  async read(): Promise<Stats> {
    this.gpus ??= findGpus();
    const cpu = this.cpu.read();
    const disk = await statfs(this.folder).catch(() => undefined);
    const gpus = await (await this.gpus)?.().catch(() => []);
    return {
      'cpu.process': cpu.process,
      'cpu.machine': cpu.machine,
      'memory.process': process.memoryUsage.rss(),
      'memory.free': freemem(),
      ...(disk === undefined ? {} : { 'disk.free': disk.bavail * disk.bsize }),
      ...Object.fromEntries((gpus ?? []).flatMap((gpu, index) => gpuNumbers(index, gpu))),
    };
  }
}

function gpuNumbers(index: number, gpu: GpuUsage): [string, number][] {
  return Object.entries(gpu).map(([name, value]) => [`gpu${index}.${name}`, value as number]);
}
