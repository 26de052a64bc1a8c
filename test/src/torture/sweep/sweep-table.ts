import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the journal says of a trial; read without Forge. */
export interface TrialRow {
  readonly trial: number;
  readonly parameters: Readonly<Record<string, number | string | boolean | null>>;
  /** `paused` of a trial that was not promoted and has no other end. */
  state: string;
  values: readonly number[] | null;
  /** The steps at which a job of it ended with a result. */
  readonly reached: number[];
  run: number | null;
}

interface Line {
  readonly type: string;
  readonly trial: number;
  readonly parameters: TrialRow['parameters'];
  readonly run: number | null;
  readonly result: { readonly status: string; readonly step: number; readonly values: readonly number[] | null } | null;
  readonly state: string;
  readonly values: readonly number[] | null;
}

/**
 * Reads the journal of a sweep that has ended, and its run folders.
 * @param count how many trials it must have
 */
export function readSweep(folder: string, count: number): { readonly rows: TrialRow[]; readonly faults: string[] } {
  const text = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  const faults: string[] = [];
  const rows: TrialRow[] = [];
  const ended = new Set<number>();
  if (!text.endsWith('\n')) faults.push('the journal ends in half a line');
  for (const line of text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)) {
    const row = rows[line.trial - 1];
    if (line.type === 'trial') {
      if (line.trial !== rows.length + 1) faults.push(`trial ${line.trial} follows trial ${rows.length}`);
      rows.push({
        trial: line.trial,
        parameters: line.parameters,
        state: 'none',
        values: null,
        reached: [],
        run: null,
      });
    } else if (line.type === 'job' && row !== undefined) {
      row.run = line.run ?? row.run;
      if (line.result === null || line.result.status === 'interrupted') continue;
      if (row.reached.includes(line.result.step))
        faults.push(`trial ${line.trial} ended twice at step ${line.result.step}`);
      row.reached.push(line.result.step);
      row.state = line.result.status;
      row.values = line.result.values;
    } else if (line.type === 'end' && row !== undefined) {
      if (ended.has(line.trial)) faults.push(`trial ${line.trial} ended twice`);
      ended.add(line.trial);
      row.state = line.state;
      row.values = line.values;
    }
  }
  if (rows.length !== count) faults.push(`${rows.length} trials instead of ${count}`);
  return { rows, faults: [...faults, ...runFaults(folder, rows)] };
}

/** The table without what may differ between two sweeps: numbers of runs, and times. */
export function tableOf(rows: readonly TrialRow[]): string {
  return rows.map(({ run: _, ...row }) => JSON.stringify(row)).join('\n');
}

/** One run folder for each trial, with the trial's number, state and best value. */
function runFaults(folder: string, rows: readonly TrialRow[]): string[] {
  const faults: string[] = [];
  const numbers = readdirSync(folder).filter(
    (name) => /^\d+$/.test(name) && existsSync(join(folder, name, 'run.json')),
  );
  const runs = new Map(numbers.map((number) => [Number(number), readRun(join(folder, number))]));
  for (const { trial, run: number, state, values, parameters } of rows) {
    const run = number === null ? undefined : runs.get(number);
    if (run === undefined) {
      faults.push(`trial ${trial} has no run ${number}`);
      continue;
    }
    runs.delete(number!);
    if (run.sweep?.trial !== trial) faults.push(`run ${number} of trial ${trial} says trial ${run.sweep?.trial}`);
    // A trial whose loss was not finite at its rung fails there.
    const statuses = { completed: ['completed'], failed: ['failed', 'stopped'] }[state] ?? ['stopped'];
    if (!statuses.includes(run.status)) faults.push(`run ${number} is ${run.status}, its trial ${state}`);
    const best = run.best?.valid?.loss?.value ?? null;
    if (state !== 'failed' && best !== (values?.[0] ?? null))
      faults.push(`run ${number}: ${best}, its trial ${values}`);
    for (const [flag, value] of Object.entries(parameters)) {
      if (run.flags[flag]?.value !== value)
        faults.push(`run ${number} has ${flag} ${run.flags[flag]?.value}, not ${value}`);
    }
  }
  for (const [number, run] of runs) faults.push(`run ${number} is left over, of trial ${run.sweep?.trial}`);
  return faults;
}

interface RunFiles {
  readonly status: string;
  readonly sweep: { readonly trial: number } | null;
  readonly best?: { readonly valid?: { readonly loss?: { readonly value: number } } };
  readonly flags: Readonly<Record<string, { readonly value: unknown }>>;
}

function readRun(path: string): RunFiles {
  const read = (name: string) => JSON.parse(readFileSync(join(path, name), 'utf8'));
  return { ...read('run.json'), flags: read('flags.json').flags };
}
