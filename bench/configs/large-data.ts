import { defineData, fromArrays, tensor } from '@forge-ml/core';

/** One example at a time, wide enough for a state of a gigabyte. */
export default defineData({
  flags: {},
  load() {
    return { train: fromArrays({ x: tensor(new Float32Array(20_000).fill(1), [2, 10_000]) }).batch(1) };
  },
});
