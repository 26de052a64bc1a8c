import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { arch, cpus, hostname, platform, totalmem } from 'node:os';
import { pidExists } from '../../fs/pid-exists.js';
import type { RunProcess } from './run-record.js';

/** How far two readings of one start time by the wall clock may differ, ms. */
const clockTolerance = 2500;

export type HostInfo = Readonly<Record<'hostname' | 'platform' | 'arch' | 'cpu', string>> &
  Readonly<Record<'cpus' | 'memoryBytes', number>>;

/** The machine that a run is trained on. */
export function hostInfo(): HostInfo {
  const processors = cpus();
  return {
    hostname: hostname(),
    platform: platform(),
    arch: arch(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cpus: processors.length,
    memoryBytes: totalmem(),
  };
}

export function currentProcess(): RunProcess {
  const startTime = Math.round(Date.now() - process.uptime() * 1000);
  const birth = birthOf(process.pid);
  return { host: hostname(), pid: process.pid, startTime, ...(birth === undefined ? {} : { birth }) };
}

/** A process that this one has just started. */
export function processOf(pid: number): RunProcess {
  const birth = birthOf(pid);
  return { host: hostname(), pid, startTime: Date.now(), ...(birth === undefined ? {} : { birth }) };
}

/**
 * Whether a process still runs. False also if its PID was reused or it is a zombie. Undefined if unknown: the process is
 * on another host, in another container or from before a reboot, or the system does not give start times.
 */
export function isProcessAlive(identity: RunProcess): boolean | undefined {
  if (identity.host !== hostname()) return undefined;
  if (identity.birth !== undefined) {
    const here = placeOf(birthOf(process.pid));
    if (here === undefined || here !== placeOf(identity.birth)) return undefined;
    return birthOf(identity.pid) === identity.birth;
  }
  if (!pidExists(identity.pid)) return false;
  const started = startTimeOf(identity.pid);
  return started === undefined ? undefined : Math.abs(started - identity.startTime) <= clockTolerance;
}

/** Undefined for a process that has ended, and on systems without /proc. */
function birthOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may contain anything. Field 3 is the state, field 22 the start in ticks since boot: proc(5).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${readlinkSync('/proc/self/ns/pid')}/${boot}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

function placeOf(birth: string | undefined): string | undefined {
  return birth?.slice(0, birth.lastIndexOf('/'));
}

/** From POSIX `ps`, to the second. */
function startTimeOf(pid: number): number | undefined {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const options = { encoding: 'utf8', timeout: 5000, stdio: 'pipe', env } as const;
    const time = Date.parse(execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim());
    return Number.isNaN(time) ? undefined : time;
  } catch {
    return undefined;
  }
}
