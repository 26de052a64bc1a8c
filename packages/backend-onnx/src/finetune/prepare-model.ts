import { matchesPattern, sizeOf } from '@forge-ml/core/plugin';
import { invalidModel, type Model } from '@forge-ml/onnx';
import type { ConstantValue, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { isUnpacked, parameter, rebuild, walk } from '@forge-ml/onnx/graph';
import { checkInputMap } from './bind-inputs.js';
import { checkCalls } from './calls.js';
import type { AnyFromOnnxOptions } from './from-onnx-options.js';
import { chooseAdapters } from './lora/choose-adapters.js';
import { Lora } from './lora/lora.js';
import { checkLora } from './lora/lora-options.js';
import { skippedLayers } from './lora/skipped-layers.js';
import { inSinglePrecision, masterWeights } from './master-weights.js';
import { ownParameters } from './own-parameters.js';
import { trainableWarnings } from './trainable-warnings.js';

/** The model's outputs, the inputs they depend on, and the parameters. */
export function prepareModel(
  imported: Model,
  options: Pick<AnyFromOnnxOptions<Value, Value>, 'inputs' | 'calls' | 'outputs' | 'trainable' | 'lora'>,
) {
  const { inputs = {}, calls, outputs, trainable, lora } = options;
  const asked = wantedValues(imported, outputs);
  checkInputMap(imported.inputs, inputs);
  if (calls !== undefined) checkCalls(imported.inputs, calls);
  if (lora === undefined) {
    const { casts, masters, parameters } = masterWeights(imported.parameters.values());
    const wanted = inSinglePrecision(asked, masters);
    const exported = casts.size === 0 ? asked : rebuild({ inputs: [], outputs: asked }, casts).outputs;
    const own = ownParameters(wanted.values(), parameters, imported.values, trainable);
    const warnings = trainableWarnings([...own.all], trainable);
    const reads = walk(wanted.values()).inputs;
    return { wanted, exported, reads, own, lora: undefined, substitutes: casts, warnings };
  }
  if (trainable !== undefined) throw bothWays();
  const checked = checkLora(lora);
  const quantized = quantizedWeights(imported.values);
  const { casts, masters, parameters } = masterWeights(imported.parameters.values(), ({ name }) => {
    return checked.also.some((pattern) => matchesPattern(pattern, name));
  });
  const substitutes = new Map<Value, Value>([...quantized, ...casts]);
  const exported = substitutes.size === 0 ? asked : rebuild({ inputs: [], outputs: asked }, substitutes).outputs;
  const wanted = inSinglePrecision(
    quantized.size === 0 ? asked : rebuild({ inputs: [], outputs: asked }, quantized).outputs,
    masters,
  );
  const fromFile = [...parameters, ...quantized.values()];
  const own = ownParameters(wanted.values(), fromFile, imported.values, checked.also, 'lora: also');
  const names = new Map([...imported.values].map(([name, value]) => [value, name]));
  const adapters = chooseAdapters(wanted.values(), checked.targets, names);
  const both = [...adapters.keys()].find((weight) => own.replacements.get(weight)?.trainable);
  if (both !== undefined) throw adaptedAndTrained(own.replacements.get(both)!.name);
  return {
    wanted,
    exported,
    reads: walk(wanted.values()).inputs,
    own,
    lora: new Lora(checked, adapters, own.replacements, names),
    substitutes: substitutes as ReadonlyMap<Value, Value>,
    warnings: skippedLayers(wanted.values(), checked.targets, names, adapters.size),
  };
}

/** Numbers of a constant from which on it is large: smaller ones are shapes, axes and the like. */
const largeSize = 256;

/** Constants that checkpoints do not repeat. */
export function largeConstants(values: ReadonlyMap<string, Value>): ReadonlyMap<ConstantValue, string> {
  const found = new Map<ConstantValue, string>();
  for (const [name, value] of values) {
    if (value.kind === 'constant' && sizeOf(value.data.shape) >= largeSize) found.set(value, name);
  }
  return found;
}

/** Quantized weights are constants of a graph; those of a base are shared by its graphs, as its other weights are. */
function quantizedWeights(values: ReadonlyMap<string, Value>): ReadonlyMap<Value, ParameterValue> {
  const found = [...values].flatMap(([name, value]) => {
    if (value.kind !== 'constant' || !isUnpacked(value.data)) return [];
    const isWeight = /^u?int8$/.test(value.dtype) && value.shape.length > 1;
    return isWeight ? [[value, parameter(name, value.data, { trainable: false })] as const] : [];
  });
  return new Map<Value, ParameterValue>(found);
}

function bothWays() {
  return invalidModel(
    'fromOnnx has both lora and trainable.',
    'trainable',
    'With lora, name the parameters that are trained as a whole by also: lora: { also }.',
  );
}

function adaptedAndTrained(name: string) {
  return invalidModel(
    `${name} has an adapter, and is named by lora: also.`,
    name,
    'Train it in one way: narrow targets or also.',
  );
}

function wantedValues(model: Model, asked: string | readonly string[] | undefined) {
  if (asked === undefined) return model.outputs;
  const names = typeof asked === 'string' ? [asked] : asked;
  return new Map(
    names.map((name) => {
      const value = model.outputs.get(name) ?? model.values.get(name);
      if (value) return [name, value];
      const outputs = [...model.outputs.keys()].map((output) => `"${output}"`).join(', ');
      const hint = `Its outputs are ${outputs}; intermediate values have the names that the file gives them.`;
      throw invalidModel(`The model has no value named "${name}".`, name, hint);
    }),
  );
}
