import { sameDim } from '../ir/broadcast.js';
import type { Dim } from '../ir/types.js';
import type { InferenceRule } from './draft.js';
import { floats } from './dtypes.js';

/** LSTM, GRU and RNN: `gates` matrices for each direction; `states` final states after the sequence of outputs. */
function recurrent(gates: number, states: number): InferenceRule {
  return (node) => {
    const [x, weights, recurrence] = [node.input(0), node.input(1), node.input(2)];
    node.oneOf(x, floats);
    node.rank(x, 3);
    node.rank(weights, 3, 'its weights');
    node.rank(recurrence, 3, 'its recurrence weights');
    const direction = node.text('direction', 'forward');
    if (!['forward', 'reverse', 'bidirectional'].includes(direction)) node.fail(`there is no direction ${direction}`);
    const directions = direction === 'bidirectional' ? 2 : 1;
    const hidden: Dim = node.int('hidden_size') ?? recurrence.shape[2]!;
    const rows = typeof hidden === 'number' ? gates * hidden : undefined;
    if (rows !== undefined && sameDim(weights.shape[1]!, rows) === undefined) {
      node.fail(`weights of ${weights.shape[1]} rows are not ${gates} gates of ${hidden}`);
    }
    if (sameDim(weights.shape[2]!, x.shape[2]!) === undefined) {
      node.fail(`its weights are for ${weights.shape[2]} input features, not ${x.shape[2]}`);
    }
    const batchFirst = node.int('layout', 0) === 1;
    const [length, batch] = batchFirst ? [x.shape[1]!, x.shape[0]!] : [x.shape[0]!, x.shape[1]!];
    const { dtype } = x;
    const all = batchFirst ? [batch, length, directions, hidden] : [length, directions, batch, hidden];
    const last = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
    return [{ dtype, shape: all }, ...Array.from({ length: states }, () => ({ dtype, shape: last }))];
  };
}

export const recurrentRules: Record<string, InferenceRule> = {
  RNN: recurrent(1, 1),
  GRU: recurrent(3, 1),
  LSTM: recurrent(4, 2),
};
