import { checkOptions, refuseMisspelled } from '../../errors/check-options.js';
import type { ErrorCode } from '../../errors/forge-error.js';
import type { RunHooks } from './run-hooks.js';

const names: readonly (keyof RunHooks)[] = ['start', 'step', 'report', 'checkpoint', 'end'];

const synonyms = {
  onStart: 'start',
  onTrainBegin: 'start',
  onTrainStart: 'start',
  onStep: 'step',
  onBatchEnd: 'step',
  onTrainBatchEnd: 'step',
  onReport: 'report',
  onLog: 'report',
  log: 'report',
  onEpochEnd: 'report',
  onCheckpoint: 'checkpoint',
  onSave: 'checkpoint',
  onSaveCheckpoint: 'checkpoint',
  onEnd: 'end',
  onTrainEnd: 'end',
  onFinish: 'end',
};

/**
 * Refuses unknown hooks. In a plain object, every other function counts as one; an instance of a class may have other
 * methods.
 * @throws ForgeError OPTION_UNKNOWN (or `code`) with the nearest hook name
 */
export function checkHooks(hooks: RunHooks, of: string, code: ErrorCode = 'OPTION_UNKNOWN'): void {
  const owner = { of, code, noun: 'hook', synonyms };
  const isFunction = (value: unknown) => typeof value === 'function';
  const isObject = typeof hooks === 'object' && hooks !== null;
  if (!isObject) checkOptions(hooks, names, owner);
  else if (Object.getPrototypeOf(hooks) !== Object.prototype) refuseMisspelled(hooks, names, owner, isFunction);
  else checkOptions(Object.fromEntries(Object.entries(hooks).filter(([, value]) => isFunction(value))), names, owner);
}
