import { arrayFiles } from './array-files.js';
import { type Benchmark, holds, type Row } from './benchmark.js';
import { checkpointBlocked } from './checkpoint-blocked.js';
import { checkpointLoad } from './checkpoint-load.js';
import { checkpointSave } from './checkpoint-save.js';
import { csv } from './csv.js';
import { writeDocument } from './document.js';
import { fineTuning } from './fine-tuning/fine-tuning.js';
import { fineTuningMetric } from './fine-tuning-metric.js';
import { kernels } from './kernels.js';
import { listRuns } from './list-runs.js';
import { logScalars } from './log-scalars.js';
import { loopOverhead } from './loop-overhead.js';
import { mapWorkers } from './map-workers.js';
import { loraMemory } from './memory/lora-memory.js';
import { recompute } from './memory/recompute.js';
import { memoryEstimate } from './memory-estimate/memory-estimate.js';
import { onnxFusion } from './onnx-fusion.js';
import { onnxMemory } from './onnx-memory.js';
import { onnxSpeed } from './onnx-speed.js';
import { onnxBert, onnxTorch } from './onnx-torch.js';
import { ort } from './ort.js';
import { pluginsStartUp } from './plugins-start-up.js';
import { series } from './series.js';
import { serve } from './serve/serve.js';
import { sobol } from './sobol.js';
import { startUp } from './start-up.js';
import { ashaSweep } from './sweeps/asha.js';
import { fileOperations } from './sweeps/file-operations.js';
import { sweepOverhead } from './sweeps/sweep-overhead.js';
import { sweepSlots, sweepSlots10000 } from './sweeps/sweep-slots.js';
import { sweepStatus } from './sweeps/sweep-status.js';
import { tpe } from './tpe.js';
import { charts } from './ui/charts.js';
import { uiPage } from './ui/ui-page.js';
import { uiServer } from './ui/ui-server.js';
import { wasmSpeed } from './wasm-speed.js';

/** `npm run bench -- [NAME…] [--json] [--write]`; `--write` writes the rows to docs/benchmarks.md. */
const all: readonly Benchmark[] = [
  loopOverhead,
  wasmSpeed,
  kernels,
  mapWorkers,
  startUp,
  pluginsStartUp,
  listRuns,
  series,
  logScalars,
  onnxSpeed,
  onnxFusion,
  onnxTorch,
  ort,
  onnxBert,
  ...fineTuning,
  onnxMemory,
  loraMemory,
  recompute,
  memoryEstimate,
  fineTuningMetric,
  serve,
  checkpointSave,
  checkpointLoad,
  checkpointBlocked,
  csv,
  arrayFiles,
  sobol,
  tpe,
  sweepOverhead,
  sweepSlots,
  sweepSlots10000,
  sweepStatus,
  fileOperations,
  ashaSweep,
  uiServer,
  charts,
  uiPage,
];

const words = process.argv.slice(2);
const json = words.includes('--json');
const write = words.includes('--write');
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.find((name) => !all.some((benchmark) => benchmark.name === name));
if (unknown !== undefined) {
  process.stderr.write(`There is no benchmark ${unknown}. Available: ${all.map(({ name }) => name).join(', ')}.\n`);
  process.exit(2);
}

const results: Record<string, readonly Row[]> = {};
for (const benchmark of all) {
  if (names.length > 0 ? !names.includes(benchmark.name) : benchmark.onlyByName === true) continue;
  if (!json) process.stdout.write(`${benchmark.name}\n`);
  const rows = await benchmark.run();
  results[benchmark.name] = rows;
  if (!json) for (const row of rows) process.stdout.write(`  ${line(row)}\n`);
}
if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
if (write) {
  writeDocument(
    results,
    all.map(({ name }) => name),
  );
}
process.exitCode = Object.values(results).flat().every(holds) ? 0 : 1;

function line(row: Row): string {
  const bar =
    row.bar === undefined ? '' : `  (bar ${row.bar.relation} ${row.bar.value}: ${holds(row) ? 'holds' : 'MISSED'})`;
  return `${row.what}: ${row.value.toPrecision(4)} ${row.unit}${bar}  ${row.detail}`;
}
