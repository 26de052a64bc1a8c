import { image, type MediaAccumulator, type TensorData, tensor } from '@forge-ml/core';

/** The images that the generator makes of the first validation batch, as a grid: logged at each evaluation. */
export const samples: MediaAccumulator<{ images?: TensorData }> = {
  media: true,
  start: () => ({}),
  add(state, _batch, { output }) {
    // A copy: the arrays are valid during the call only.
    state.images ??= tensor(output.data.slice(), output.shape);
  },
  result: ({ images }) => image(images!),
};
