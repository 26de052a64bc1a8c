import { csv, defineData, flag, label, tokenize } from '@forge-ml/core';

/** Messages: `text` [batch, 16], the numbers of the words, 0 after the last one; and `topic` [batch]. */
export default defineData({
  files: ['messages.csv'],
  flags: { batchSize: flag.integer(16, 'Messages per minibatch.', { min: 1 }) },
  load({ batchSize, seed }) {
    const messages = csv(new URL('./messages.csv', import.meta.url)).split({ valid: 0.2, stratify: 'topic' });
    const prepared = messages.prepare({ text: tokenize({ maxLength: 16 }), topic: label() });
    return prepared.shuffle(seed).batch(batchSize);
  },
});
