import { elements, Forge, tensor } from '@forge-ml/core';
import { readTokenizer } from '@forge-ml/data';

// Answers a message, always with the most likely token: npx jiti examples/chat/answer.ts results/chat/1 "Greet Ada."
const [folder = 'results/chat/1', message = ''] = process.argv.slice(2);
const tokenizer = readTokenizer(new URL('./llama', import.meta.url));
await using run = await Forge.loadFromCheckpoint(folder);

// The run has the chat template: messages that end with the user's become a prompt for an answer.
const prompt = run.preparation!.convertInputs({ messages: message }, 0);
const ids = Array.from(prompt.input_ids as Int32Array);
const start = ids.length;
while (ids.length < 128) {
  const row = (values: readonly number[]) => tensor(Int32Array.from(values), [1, ids.length]);
  const { output } = await run.predict({ input_ids: row(ids), attention_mask: row(ids.map(() => 1)) });
  const scores = Array.from(elements(output!) as Float32Array).slice(-tokenizer.size);
  const next = scores.indexOf(Math.max(...scores));
  if (next === tokenizer.idOf('<|im_end|>')) break;
  ids.push(next);
}
process.stdout.write(`${tokenizer.decode(ids.slice(start))}\n`);
