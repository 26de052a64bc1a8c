import { csv, defineData, flag, splits } from '@forge-ml/core';
import { tokenize } from '@forge-ml/data';

/** Pairs of sentences that mean the same: the tokens and the mask of each, [batch, tokens]. */
export default defineData({
  files: ['bert/tokenizer.json', 'bert/tokenizer_config.json'],
  flags: {
    train: flag.path('examples/sentence-embeddings/train.csv', 'Table with the columns anchor and positive.'),
    valid: flag.path('examples/sentence-embeddings/valid.csv', 'The same for validation, of other meanings.'),
    batchSize: flag.integer(32, 'Pairs per minibatch: the other positives of a batch are the negatives.', { min: 2 }),
  },
  load({ train, valid, batchSize, seed }) {
    const tokenizer = new URL('./bert/tokenizer.json', import.meta.url);
    return splits({ train: csv(train), valid: csv(valid) })
      .prepare({
        anchor: tokenize(tokenizer, { arrays: { input_ids: 'anchor_ids', attention_mask: 'anchor_mask' } }),
        positive: tokenize(tokenizer, { arrays: { input_ids: 'positive_ids', attention_mask: 'positive_mask' } }),
      })
      .shuffle(seed)
      .batch(batchSize);
  },
});
