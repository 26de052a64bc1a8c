import { readFileSync } from 'node:fs';

export interface StepEvent {
  readonly step: number;
  /** The start of a session at the step, or scalars at it. */
  readonly kind: 'start' | 'scalars';
}

const [stepTag, summaryTag, sessionTag] = [0x10, 0x2a, 0x3a];

/** The complete events of a TensorBoard file, without its version, and whether it ends in an incomplete one. */
export function readEvents(path: string): { readonly events: readonly StepEvent[]; readonly torn: boolean } {
  const file = readFileSync(path);
  const events: StepEvent[] = [];
  let at = 0;
  while (at + 12 <= file.length) {
    const length = Number(file.readBigUInt64LE(at));
    const end = at + 12 + length + 4;
    if (end > file.length) break;
    // The first field is the time, a tag and a double.
    const { value: step, next } = stepOf(file, at + 12 + 9);
    if (file[next] === summaryTag) events.push({ step, kind: 'scalars' });
    if (file[next] === sessionTag) events.push({ step, kind: 'start' });
    at = end;
  }
  return { events, torn: at < file.length };
}

/** The steps that TensorBoard shows for a run's files, in the order of their names. */
export function shownSteps(files: readonly (readonly StepEvent[])[]): number[] {
  let shown: number[] = [];
  for (const { kind, step } of files.flat()) {
    if (kind === 'scalars') shown.push(step);
    else shown = shown.filter((before) => before < step);
  }
  return shown;
}

function stepOf(file: Buffer, at: number): { value: number; next: number } {
  if (file[at] !== stepTag) return { value: 0, next: at };
  let value = 0;
  for (let next = at + 1, scale = 1; ; next++, scale *= 128) {
    const byte = file[next]!;
    value += (byte & 127) * scale;
    if (byte < 128) return { value, next: next + 1 };
  }
}
