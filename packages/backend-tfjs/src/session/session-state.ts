import { checkState, type NamedTensors, type SessionState, type TensorData } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import type { ParameterAverage } from './parameter-average.js';
import type { SessionUpdate } from './session-update.js';
import { assignState, captureVariables, tensorsOf } from './variable-state.js';

interface Stateful {
  readonly tf: Tf;
  readonly variables: ReadonlyMap<string, tfjs.Variable>;
  readonly updates: readonly Pick<SessionUpdate, 'updater'>[];
  readonly average: ParameterAverage | undefined;
}

/** @param memory an earlier capture, whose memory may be reused */
export function captureSession(
  { tf, variables, updates, average }: Stateful,
  memory?: SessionState,
): SessionState | Promise<SessionState> {
  const parameters = captureVariables(tf, variables, memory?.parameters);
  const ema = average && { ema: captureVariables(tf, average.variables, memory?.ema) };
  const foreign = foreignStateOf(updates);
  if (foreign !== undefined) return foreign.capture().then((optimizer) => ({ parameters, optimizer, ...ema }));
  const optimizer = new Map<string, TensorData>();
  for (const { updater } of updates) {
    for (const [name, slot] of captureVariables(tf, updater.slots, memory?.optimizer)) optimizer.set(name, slot);
  }
  for (const { updater } of updates) {
    for (const [name, seen] of updater.plateau?.capture() ?? []) optimizer.set(name, seen);
  }
  return { parameters, optimizer, ...ema };
}

/** @throws ForgeError STATE_MISMATCH, before anything is changed */
export function restoreSession(
  { tf, variables, updates, average }: Stateful,
  { parameters, optimizer, ema }: SessionState,
): void | Promise<void> {
  const foreign = foreignStateOf(updates);
  checkState('parameter', tensorsOf(variables), parameters);
  average?.check(ema);
  const assignParameters = () => {
    assignState(tf, variables, parameters);
    average?.restore(ema);
  };
  if (optimizer.size === 0) return assignParameters();
  if (foreign !== undefined) return foreign.restore(optimizer).then(assignParameters);
  checkState('optimizer slot', slotsOf(updates), optimizer);
  assignParameters();
  for (const { updater } of updates) {
    assignState(tf, updater.slots, optimizer);
    updater.plateau?.restore(optimizer);
  }
}

/** The dtype and shape of each optimizer slot. */
function slotsOf(updates: Stateful['updates']): Map<string, Pick<TensorData, 'dtype' | 'shape'>> {
  return new Map(
    updates.flatMap(({ updater }) => [
      ...tensorsOf(updater.slots),
      ...((updater.plateau?.capture() ?? []) as NamedTensors),
    ]),
  );
}

/** An optimizer of unknown class is the only one of its model. */
function foreignStateOf(updates: Stateful['updates']) {
  return updates.length === 1 ? updates[0]!.updater.foreign : undefined;
}
