import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// node classify.js MODULES FOLDER MODEL HOW TEXT…: prints the scores of the classes of each text, by name, as JSON.
// In a process of its own: it has another copy of ONNX Runtime.
const [modules, folder, model, how, ...texts] = process.argv.slice(2) as [string, string, string, string, ...string[]];

interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}
interface TransformersJs {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(
    task: string,
    model: string,
    options: { readonly dtype: string },
  ): Promise<
    (texts: readonly string[], options: object) => Promise<{ readonly label: string; readonly score: number }[][]>
  >;
  readonly AutoTokenizer: {
    from_pretrained(model: string): Promise<(texts: readonly string[], options: object) => Record<string, Tensor>>;
  };
}
interface OnnxRuntimeWeb {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly InferenceSession: {
    create(model: Uint8Array): Promise<{ run(feeds: object): Promise<Record<string, Tensor>> }>;
  };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => Tensor;
}

const { resolve } = createRequire(join(modules, 'package.json'));
const load = async <T>(name: string) => (await import(pathToFileURL(resolve(name)).href)) as T;

const transformers = await load<TransformersJs>('@huggingface/transformers');
transformers.env.allowRemoteModels = false;
transformers.env.localModelPath = folder;
const scores = how === 'web' ? await inWebAssembly() : await byPipeline();
process.stdout.write(JSON.stringify(scores));

async function byPipeline(): Promise<Record<string, number>[]> {
  const classify = await transformers.pipeline('text-classification', model, { dtype: how });
  const results = await classify(texts, { top_k: null });
  return results.map((classes) => Object.fromEntries(classes.map(({ label, score }) => [label, score])));
}

/** By onnxruntime-web, which Node can run too. */
async function inWebAssembly(): Promise<Record<string, number>[]> {
  const ort = await load<OnnxRuntimeWeb>('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  const tokenize = await transformers.AutoTokenizer.from_pretrained(model);
  const tokens = tokenize(texts, { padding: true, truncation: true });
  const session = await ort.InferenceSession.create(readFileSync(join(folder, model, 'onnx/model.onnx')));
  const names = ['input_ids', 'attention_mask'];
  const feeds = names.map((name) => [name, new ort.Tensor('int64', tokens[name]!.data, tokens[name]!.dims)]);
  const { logits } = await session.run(Object.fromEntries(feeds));
  const { id2label } = JSON.parse(readFileSync(join(folder, model, 'config.json'), 'utf8')) as {
    readonly id2label: Readonly<Record<string, string>>;
  };
  const classes = logits!.dims[1]!;
  return texts.map((_, at) => {
    const powers = Array.from(logits!.data.subarray(at * classes, (at + 1) * classes), Math.exp);
    const sum = powers.reduce((total, power) => total + power, 0);
    return Object.fromEntries(powers.map((power, index) => [id2label[index]!, power / sum]));
  });
}
