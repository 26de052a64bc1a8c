import { parseArgs } from 'node:util';
import { elements, Forge, type Loaded, RandomStream, tensor } from '@forge-ml/core';
import type data from './data.ts';

// Loads a run and generates text: npx jiti examples/tiny-gpt/write.ts results/tiny-gpt/1 --prompt "The "
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    prompt: { type: 'string', default: 'A' },
    length: { type: 'string', default: '300' },
    temperature: { type: 'string', default: '0.7' },
    seed: { type: 'string', default: '0' },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('Name the run: npx jiti examples/tiny-gpt/write.ts results/tiny-gpt/1');
const temperature = Number(values.temperature);

const run = await Forge.loadFromCheckpoint<unknown, Loaded<typeof data>>(folder);
await run.restore();
const { alphabet, places } = run.data;
const random = RandomStream.of(Number(values.seed), 'write');

const written = [...alphabet.encode(values.prompt)];
process.stdout.write(values.prompt);
for (let left = Number(values.length); left > 0; left--) {
  const next = draw(await scoresAfter(written.slice(-places)));
  written.push(next);
  process.stdout.write(alphabet.characters[next]!);
}
process.stdout.write('\n');
await run.dispose();

/** The logits of the next character. */
async function scoresAfter(seen: readonly number[]): Promise<number[]> {
  // With causal attention the padding after the text has no effect.
  const tokens = new Int32Array(places);
  tokens.set(seen);
  const { output } = await run.session.predict({ tokens: tensor(tokens, [1, places]) });
  const count = alphabet.characters.length;
  const last = (seen.length - 1) * count;
  return Array.from(elements(output!).subarray(last, last + count), Number);
}

/** Samples a character by the softmax of the logits; at temperature 0 the most likely one. */
function draw(scores: readonly number[]): number {
  const greatest = Math.max(...scores);
  if (temperature === 0) return scores.indexOf(greatest);
  const weights = scores.map((score) => Math.exp((score - greatest) / temperature));
  let rest = random.float() * weights.reduce((sum, weight) => sum + weight);
  const drawn = weights.findIndex((weight) => {
    rest -= weight;
    return rest < 0;
  });
  return drawn < 0 ? scores.indexOf(greatest) : drawn;
}
