import { readTokenizer } from '@forge-ml/data';
import * as ort from 'onnxruntime-node';

// Sorts sentences by how near they are to the first one, with nothing but the exported file and its tokenizer:
// npx jiti examples/sentence-embeddings/search.ts embeddings.onnx "How do I mend my bike" "I would like to sell the bicycle" …
const [file = 'embeddings.onnx', query = '', ...sentences] = process.argv.slice(2);
const tokenizer = readTokenizer(new URL('./bert', import.meta.url));
const session = await ort.InferenceSession.create(file);

const wanted = await embed(query);
const found = await Promise.all(
  sentences.map(async (sentence) => ({ sentence, similarity: dot(wanted, await embed(sentence)) })),
);
for (const { sentence, similarity } of found.sort((a, b) => b.similarity - a.similarity)) {
  process.stdout.write(`${similarity.toFixed(2)}  ${sentence}\n`);
}

/** A vector of length 1. */
async function embed(text: string): Promise<number[]> {
  const { ids } = tokenizer.encode(text);
  const row = (values: readonly number[]) => new ort.Tensor('int64', values.map(BigInt), [1, values.length]);
  const { output } = await session.run({ input_ids: row(ids), attention_mask: row(ids.map(() => 1)) });
  const values = Array.from(output!.data as Float32Array);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * other[at]!, 0);
}
