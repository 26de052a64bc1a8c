import { type CheckpointAddress, checkpointAddressOf } from '../../checkpoint/checkpoint-address.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { LoadOptions } from '../../plugins/contract/loaded-run.js';

/** `code: false`: tensors, flags and metrics only; see `RunData`. */
export interface LoadDataOptions {
  readonly code: false;
  readonly checkpoint?: CheckpointAddress;
}

export interface LoadArguments<Options> {
  readonly address: CheckpointAddress | undefined;
  readonly options: Options;
}

const loadFields: readonly (keyof LoadOptions)[] = [
  ...([
    'checkpoint',
    'weights',
    'overrideFlags',
    'dataArgs',
    'modelArgs',
    'backend',
    'engine',
    'data',
    'trustCode',
  ] as const),
  'code',
];

const checkpointFirst = 'Name it by `checkpoint`: Forge.loadFromCheckpoint(run, { checkpoint: 1000 }).';
const synonyms = {
  flags: 'overrideFlags',
  override: 'overrideFlags',
  args: 'modelArgs',
  step: checkpointFirst,
};

/**
 * The arguments of `Forge.loadFromCheckpoint(run, step, options)` or `Forge.loadFromCheckpoint(run, options)`.
 * @throws ForgeError OPTION_UNKNOWN; USAGE where the checkpoint is named twice, or the address is invalid
 */
export function readLoadArguments<Options extends LoadOptions | LoadDataOptions>(
  second: CheckpointAddress | Options | undefined,
  third: Options | undefined,
): LoadArguments<Options> {
  const isAddress = typeof second === 'number' || typeof second === 'string';
  const options = (isAddress ? third : (second ?? third)) ?? ({} as Options);
  const of = `Forge.loadFromCheckpoint(run, ${second === options ? '' : 'step, '}options)`;
  checkOptions(options, options.code === false ? ['checkpoint', 'code'] : loadFields, { of, synonyms });
  if (!isAddress && second !== undefined && third !== undefined) {
    throw new ForgeError('USAGE', 'Forge.loadFromCheckpoint was given two objects with options.', {
      about: 'options',
      hint: 'Put all options into one object: Forge.loadFromCheckpoint(run, { checkpoint, … }).',
    });
  }
  if (isAddress && options.checkpoint !== undefined) {
    throw new ForgeError('USAGE', 'The checkpoint is given twice: as the second argument and as an option.', {
      about: 'checkpoint',
      hint: 'Omit the second argument: Forge.loadFromCheckpoint(run, { checkpoint, … }).',
    });
  }
  return { address: checkpointAddressOf({ checkpoint: isAddress ? second : options.checkpoint }), options };
}
