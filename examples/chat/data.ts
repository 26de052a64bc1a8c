import { defineData, flag, jsonLines } from '@forge-ml/core';
import { chat } from '@forge-ml/data';

/** Conversations as the tokens of a decoder, several in a sequence; `labels` are the tokens of the answers only. */
export default defineData({
  files: ['llama/tokenizer.json', 'llama/tokenizer_config.json'],
  flags: {
    file: flag.path('examples/chat/chats.jsonl', 'JSON Lines with the list messages.'),
    length: flag.integer(96, 'Tokens of a sequence, in which short conversations are packed.', { min: 16 }),
    batchSize: flag.integer(4, 'Sequences per minibatch.', { min: 1 }),
  },
  load({ file, length, batchSize, seed }) {
    const tokenizer = new URL('./llama/tokenizer.json', import.meta.url);
    return jsonLines(file, { fields: { messages: 'json' } })
      .split({ valid: 0.2 })
      .prepare({
        messages: chat(tokenizer, { maxLength: length }),
      })
      .pack(length)
      .shuffle(seed)
      .batch(batchSize);
  },
});
