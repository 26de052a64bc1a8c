import { checkOptions, ForgeError } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { describeType } from '@forge-ml/onnx/graph';
import { and, cast, cumSum, equal, greaterOrEqual, unsqueeze } from '@forge-ml/onnx/ops';

export interface BlockDiagonalMaskOptions {
  /** Whether each place sees only itself and earlier ones, as in decoders. Default: false. */
  readonly causal?: boolean;
}

/**
 * Which places of packed sequences may attend to which, so that the texts of a sequence do not see each other: sequence ids
 * [batch, time], integers, to bool [batch, 1, time, time], true where both places have the same id. Padding, of an id of its
 * own, sees padding only, so no row is without a true.
 * @throws ForgeError MODEL_INVALID for another shape, OPTION_UNKNOWN
 */
export function blockDiagonalMask(sequenceIds: Value, options: BlockDiagonalMaskOptions = {}): Value {
  checkOptions(options, ['causal'], { of: 'blockDiagonalMask' });
  if (sequenceIds.shape.length !== 2 || !sequenceIds.dtype.startsWith('int')) {
    throw new ForgeError(
      'MODEL_INVALID',
      `blockDiagonalMask takes sequence ids [batch, time], integers, not ${describeType(sequenceIds)}.`,
      {
        about: 'blockDiagonalMask',
        hint: "Name the array where texts are tokenized: arrays: ['input_ids', 'sequence_ids'].",
      },
    );
  }
  const pairs = (compare: (rows: Value, columns: Value) => Value, places: Value) =>
    compare(unsqueeze(places, [1, 3]), unsqueeze(places, [1, 2]));
  const same = pairs(equal, sequenceIds);
  if (options.causal !== true) return same;
  // The places from 1 on, of any length.
  const ones = cast(equal(sequenceIds, sequenceIds), 'int32');
  return and(same, pairs(greaterOrEqual, cumSum(ones, 1)));
}
