import { column, defineData, flag, label } from '@forge-ml/core';
import { wav } from '@forge-ml/data';

/** Recordings of equal length: `audio` [batch, samples, 1] from -1 to 1, and `label` [batch]. */
export default defineData({
  flags: {
    folder: flag.path('words', 'Folder with a subfolder of WAV files for each word.'),
    batchSize: flag.integer(16, 'Recordings per minibatch.', { min: 1 }),
  },
  load: ({ folder, batchSize, seed }) =>
    wav(folder, { channels: 1 })
      .split({ valid: 0.25, stratify: 'label' })
      .prepare({ audio: column('audio').scale({ by: 1 }), label: label() })
      .shuffle(seed)
      .batch(batchSize),
});
