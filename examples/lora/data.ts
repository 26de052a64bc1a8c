import { csv, defineData, flag, label } from '@forge-ml/core';
import { tokenize } from '@forge-ml/data';

/** Messages as the tokens of a BERT: `input_ids` and `attention_mask` [batch, tokens], and `topic` [batch]. */
export default defineData({
  files: ['bert/tokenizer.json', 'bert/tokenizer_config.json'],
  flags: {
    file: flag.path('examples/text-classifier/messages.csv', 'Table with the columns text and topic.'),
    batchSize: flag.integer(16, 'Messages per minibatch.', { min: 1 }),
  },
  load({ file, batchSize, seed }) {
    const tokenizer = new URL('./bert/tokenizer.json', import.meta.url);
    return csv(file, { types: { text: 'string', topic: 'string' } })
      .split({ valid: 0.2, stratify: 'topic' })
      .prepare({ text: tokenize(tokenizer, { arrays: ['input_ids', 'attention_mask'] }), topic: label() })
      .shuffle(seed)
      .bucketByLength()
      .batch(batchSize);
  },
});
