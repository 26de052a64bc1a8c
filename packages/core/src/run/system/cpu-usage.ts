import { cpus } from 'node:os';

export interface CpuUsage {
  /** Percent of one core that this process used: 250 is two and a half cores. */
  readonly process: number;
  /** Percent of all cores of the machine that all processes used. */
  readonly machine: number;
}

/** Measures the use of the processor between two calls. */
export class CpuMeter {
  private time = performance.now();
  private used = process.cpuUsage();
  private machine = machineTimes();

  /** Since the last call; at the first call since the meter was made. */
  read(): CpuUsage {
    const time = performance.now();
    const used = process.cpuUsage();
    const machine = machineTimes();
    const micros = used.user + used.system - this.used.user - this.used.system;
    const total = machine.total - this.machine.total;
    const usage = {
      process: percent(micros / 1000, time - this.time),
      machine: percent(total - (machine.idle - this.machine.idle), total),
    };
    [this.time, this.used, this.machine] = [time, used, machine];
    return usage;
  }
}

function percent(part: number, whole: number): number {
  return whole > 0 ? (100 * part) / whole : 0;
}

/** Milliseconds of all cores since the machine started. */
function machineTimes(): { readonly idle: number; readonly total: number } {
  let [idle, total] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return { idle, total };
}
