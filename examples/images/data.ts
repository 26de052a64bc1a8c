import { defineData, flag, label, resize } from '@forge-ml/core';
import { augment, images } from '@forge-ml/data';

/** Images of a folder: `image` [batch, 32, 32, 3] from 0 to 1, and `label` [batch]. */
export default defineData({
  flags: {
    folder: flag.path('shapes', 'Folder with a subfolder of PNG or JPEG files for each class.'),
    side: flag.integer(32, 'Height and width that the model takes.', { min: 8 }),
    batchSize: flag.integer(16, 'Images per minibatch.', { min: 1 }),
  },
  load: ({ folder, side, batchSize, seed }) =>
    images(folder)
      .split({ valid: 0.2, stratify: 'label' })
      .prepare({ image: resize([side, side]).scale(), label: label() })
      .augment(augment({ rotate: 20, flip: true }), { seed })
      .shuffle(seed)
      .batch(batchSize),
});
