import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { holds, type Row } from './benchmark.js';

const file = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

/**
 * Writes docs/benchmarks.md: the figures, the machine, and the command to measure again. Benchmarks that were not
 * measured, or were skipped, keep their rows.
 * @param names all benchmarks, in the order of the table
 */
export function writeDocument(results: Readonly<Record<string, readonly Row[]>>, names: readonly string[]): void {
  const before = readFileSync(file, 'utf8').split('\n');
  const processor = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  const rows = names.flatMap((name) => {
    const measured = (results[name] ?? []).map((row) => tableRow(name, row, processor));
    return measured.length > 0 ? measured : before.filter((line) => line.startsWith(`| ${name} | `));
  });
  writeFileSync(
    file,
    `# Benchmarks

See how fast Forge is. Each figure was measured together with its reference in one run. The two take turns, so that changes of the machine's speed affect both. Figures are medians; trust the ratios more than the milliseconds. To measure again and write this page:

\`\`\`
npm run bench -- --write
\`\`\`

To measure only some, name them: \`npm run bench -- onnx-torch onnx-memory\`. The comparisons with PyTorch and JAX use the Python of \`FORGE_TORCH_PYTHON\`, those with native TensorFlow the folder of \`FORGE_TFJS_NODE_PROJECT\` ([CONTRIBUTING.md](../CONTRIBUTING.md) has all variables). Without them, they are skipped with the reason.

\`fine-tuning-bert\`, \`fine-tuning-vit\` and \`fine-tuning-llama\` train models of the library transformers beside PyTorch: BERT (as wide as BERT-base, 2 of its 12 layers), ViT (as wide as ViT-S/16, 4 of its 12 layers) and a Llama of 4 layers with rotary positions and grouped queries, each as a whole and by LoRA adapters of rank 8 of the products of queries and values. They are exported when it runs, with random weights, and Forge reads the files by \`fromOnnx\`. PyTorch trains the models themselves, with PEFT for adapters and scaled_dot_product_attention, in three modes: eager, \`fused=True\` and \`torch.compile\`, which needs a C++ compiler. All have the same weights, batches and Adam, and no dropout; the first three losses must agree. The real models have more of the same layers. A mode that does not work is named beside the times.

The last column names the processor, since ratios differ between them: PyTorch's matrix products are made for Intel's. On two cores of an AMD EPYC, a step of \`fine-tuning-bert\`, \`-vit\` and \`-llama\` was 1.65 to 1.98 times as fast as in the fastest mode of PyTorch. All are of Node 20 on linux-x64.

| benchmark | what | figure | bar | measured | processor |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## A step against the size of the model and the batch

\`npm run cost\` measures these on one thread: fully connected networks with Adam, Forge beside the fastest of PyTorch's three modes (eager, \`fused=True\`, \`torch.compile\`), taking turns. It takes several minutes. [The numbers](images/training-cost.csv) name the fastest mode of each size.

![Milliseconds of a step against the number of parameters, with batches of 64](images/training-cost-parameters.svg)

![Milliseconds of a step against the examples in a batch, with a million parameters](images/training-cost-batch.svg)
`,
  );
}

function tableRow(name: string, row: Row, processor: string): string {
  const bar = row.bar === undefined ? '' : `${row.bar.relation} ${row.bar.value}${holds(row) ? '' : ' (missed)'}`;
  return `| ${name} | ${row.what} | ${row.value.toPrecision(3)} ${row.unit} | ${bar} | ${row.detail} | ${processor} |`;
}
