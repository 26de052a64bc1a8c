import { ForgeError } from '@forge-ml/core/plugin';
import {
  attributeProto,
  attributeTypes,
  codeOfDtype,
  type GraphProto,
  type NodeProto,
  nodeProto,
  type ValueInfoProto,
} from '@forge-ml/onnx/proto';
import { namesOfValues, renameValues } from './rename-values.js';

/** What tokenizers and generation give a model, int64. Caches of decoders have further names. */
const known = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];
const cache = /^(past_key_values\.|past_conv\.|past_recurrent\.|use_cache_branch$)/;

/**
 * The graph with the interface that models of Hugging Face have: tokens as int64, and the scores as `logits`.
 * @param logits the output with the scores; undefined where there are none
 * @throws ForgeError ABILITY_MISSING for an input that no tokenizer gives
 */
export function transformersGraph(graph: GraphProto, logits: string | undefined): GraphProto {
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !weights.has(name));
  const unknown = inputs.find(({ name }) => !known.includes(name) && !cache.test(name));
  if (unknown !== undefined) throw unknownInput(unknown.name, inputs);
  return withInt64(logits === undefined ? graph : withLogits(graph, logits), inputs);
}

function withLogits(graph: GraphProto, output: string): GraphProto {
  if (output === 'logits') return graph;
  const names = new Map([[output, 'logits']]);
  const used = namesOfValues(graph);
  if (used.has('logits')) names.set('logits', free('logits', used));
  return renameValues(graph, names);
}

/** Inputs of int32 become int64, and are cast. */
function withInt64(graph: GraphProto, inputs: readonly ValueInfoProto[]): GraphProto {
  const narrow = inputs.filter(({ name, type }) => {
    return known.includes(name) && type?.tensorType?.elemType === codeOfDtype('int32');
  });
  if (narrow.length === 0) return graph;
  const used = namesOfValues(graph);
  const inner = new Map(narrow.map(({ name }) => [name, free(`${name}_int32`, used)]));
  const renamed = renameValues(graph, inner);
  const input = graph.input.map((one) => (inner.has(one.name) ? withType(one, codeOfDtype('int64')) : one));
  const casts = Array.from(inner, ([from, to]) => castNode(from, to));
  return { ...renamed, input, node: [...casts, ...renamed.node] };
}

function withType(info: ValueInfoProto, elemType: number): ValueInfoProto {
  return { ...info, type: { ...info.type!, tensorType: { ...info.type!.tensorType!, elemType } } };
}

function castNode(from: string, to: string): NodeProto {
  const type = attributeProto.of({ name: 'to', i: BigInt(codeOfDtype('int32')), type: attributeTypes.int });
  return nodeProto.of({ name: `Cast_${to}`, opType: 'Cast', input: [from], output: [to], attribute: [type] });
}

function free(name: string, used: ReadonlySet<string>): string {
  for (let number = 1; ; number++) if (!used.has(`${name}_${number}`)) return `${name}_${number}`;
}

function unknownInput(name: string, inputs: readonly ValueInfoProto[]): ForgeError {
  const all = inputs.map((input) => input.name).join(', ');
  return new ForgeError('ABILITY_MISSING', `The model reads ${all}; a tokenizer gives no "${name}".`, {
    about: name,
    hint: `Models for transformers.js read ${known.join(', ')}. Export for other runtimes: --format onnx-folder.`,
  });
}
