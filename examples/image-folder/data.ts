import { defineData, flag, label, resize } from '@forge-ml/core';
import { augment, images } from '@forge-ml/data';

/** Gray images of a folder: `image` [batch, 24, 24, 1] from 0 to 1, and `label` [batch]. */
export default defineData({
  flags: { folder: flag.path('shapes', 'Folder with a subfolder of PNG or JPEG files for each class.') },
  load: ({ folder, seed }) =>
    images(folder, { channels: 1 })
      .split({ valid: 0.2, stratify: 'label' })
      .prepare({ image: resize([24, 24]).scale(), label: label() })
      .augment(augment({ rotate: 20, flip: true }), { seed })
      .shuffle(seed)
      .batch(16),
});
