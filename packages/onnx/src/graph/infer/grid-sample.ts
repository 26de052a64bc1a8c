import { sameDim } from '../ir/broadcast.js';
import type { InferenceRule } from './draft.js';
import { floats, numbers } from './dtypes.js';

const modes = ['linear', 'nearest', 'cubic', 'bilinear', 'bicubic'];
const paddings = ['zeros', 'border', 'reflection'];

export const gridSampleRules: Record<string, InferenceRule> = {
  GridSample(node) {
    const [x, grid] = [node.input(0), node.input(1)];
    node.oneOf(x, numbers);
    node.oneOf(grid, floats, 'its grid');
    const rank = x.shape.length;
    if (rank < 3) node.fail('it needs [batch, channels, …spatial]');
    node.rank(grid, rank, 'its grid');
    const depth = grid.shape.at(-1)!;
    if (sameDim(depth, rank - 2) === undefined) node.fail(`its grid has ${depth} coordinates for ${rank - 2} axes`);
    const [mode, padding] = [node.text('mode', 'linear'), node.text('padding_mode', 'zeros')];
    if (!modes.includes(mode)) node.fail(`there is no mode ${mode}`);
    if (!paddings.includes(padding)) node.fail(`there is no padding_mode ${padding}`);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, x.shape[1]!, ...grid.shape.slice(1, -1)] }];
  },
};
