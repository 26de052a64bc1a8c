import { isRecord } from '../../backend/border/wrong-member.js';
import { wrongTensors } from '../../backend/border/wrong-tensor.js';
import { sha256 } from '../../fs/checksum.js';
import { encodeNumbers } from '../../json/json-number.js';
import { describeValue } from '../../model/model-error.js';
import { invalidField } from '../../schema/file-check.js';
import { isCheckpointFile } from '../../schema/file-checks.generated.js';
import { formatVersion } from '../../schema/format-version.js';
import type { CheckpointInfo, LoadedCheckpoint } from './checkpoint-store.js';
import type { TrainState } from './train-state.js';

/** What is wrong with a list of steps, as the end of `returned …`; undefined where nothing is. */
export function wrongSteps(steps: unknown): string | undefined {
  if (!Array.isArray(steps)) return `steps that are ${describeValue(steps)}, not an array`;
  for (const [index, step] of steps.entries()) {
    if (!Number.isSafeInteger(step) || step < 0) return `among its steps ${shown(step)}, not a whole number`;
    if (index > 0 && step <= steps[index - 1])
      return `the steps ${steps[index - 1]} and ${step}, not in ascending order`;
  }
  return undefined;
}

/** The same of what a checkpoint says of itself. @param step the one that was asked for */
export function wrongInfo(info: unknown, step: number): string | undefined {
  if (!isRecord(info)) return `an info that is ${describeValue(info)}, not an object`;
  // A valid one is what a manifest could hold.
  const manifest = { formatVersion, ...info, files: {}, checksum: sha256('') };
  const field = invalidField(isCheckpointFile, JSON.parse(JSON.stringify(manifest, encodeNumbers)));
  if (field !== undefined) return `an info with an invalid "${field}"`;
  return (info as unknown as CheckpointInfo).step === step
    ? undefined
    : `the info of step ${shown(info.step)} for step ${step}`;
}

/** The same of a state's tensors: also after it was given away, when its memory must be there again. */
export function wrongTensorsOf(state: unknown): string | undefined {
  if (!isRecord(state)) return `a state that is ${describeValue(state)}, not an object`;
  const { parameters, optimizer, ema } = state as Partial<TrainState>;
  const wrong =
    wrongTensors(parameters, 'parameters') ??
    wrongTensors(optimizer, 'optimizer slots') ??
    (ema === undefined ? undefined : wrongTensors(ema, 'moving averages'));
  return wrong === undefined ? undefined : `a state with ${wrong}`;
}

/** The same of a checkpoint that was read back. */
export function wrongLoaded(loaded: unknown, step: number): string | undefined {
  if (!isRecord(loaded)) return `${describeValue(loaded)}, not a loaded checkpoint`;
  const { state, info, path } = loaded as Partial<LoadedCheckpoint>;
  if (typeof path !== 'string') return `a path that is ${describeValue(path)}, not text`;
  const wrong = wrongInfo(info, step) ?? wrongTensorsOf(state);
  if (wrong !== undefined) return wrong;
  for (const name of ['step', 'data', 'random'] as const) {
    const [inState, inInfo] = [state![name], info![name]].map((value) => JSON.stringify(value));
    if (inState !== inInfo) return `a state whose "${name}" is ${inState}, and an info where it is ${inInfo}`;
  }
  return undefined;
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : describeValue(value);
}
