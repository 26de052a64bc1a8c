import { invalidModel } from '@forge-ml/onnx';
import type { FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto } from '@forge-ml/onnx/proto';

/** A node as the file has it, its values by names that are unique in the model. */
export interface FlatNode {
  readonly op: string;
  /** `''` for ONNX's own operators. */
  readonly domain: string;
  /** Its place in the author's code where the file has it, such as `/encoder/layer.0/MatMul`. */
  readonly name: string;
  /** Its whole numbers. */
  readonly settings: ReadonlyMap<string, number>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whether it is in the main graph: only its values can be named to cut the model there. */
  readonly isMain: boolean;
}

/** A tensor that the file has, by the name of the value that it is. */
export interface FileTensor {
  readonly name: string;
  readonly tensor: TensorProto;
}

export interface FlatModel {
  readonly nodes: readonly FlatNode[];
  /** Initializers and the values of `Constant` nodes, in bodies and functions too. */
  readonly tensors: readonly FileTensor[];
}

/** As many as a file is read with; functions that call each other twice grow exponentially. */
const mostNodes = 1_000_000;
const deepest = 64;

/**
 * The nodes of a model in their order, those of bodies (Loop, Scan, If) and functions included, as far as a file can be
 * decoded: types are not inferred and nothing is checked, so that files which cannot be read can be shown.
 * @throws OnnxError MODEL_INVALID for functions without an end
 */
export function flattened({ graph, functions }: ModelProto): FlatModel {
  const byKey = new Map(functions.map((one) => [keyOf(one.domain, one.name, one.overload), one]));
  const nodes: FlatNode[] = [];
  const tensors: FileTensor[] = [];

  const addGraph = ({ initializer, node }: GraphProto, scope: Scope): void => {
    for (const tensor of initializer) tensors.push({ name: scope.rename(tensor.name), tensor });
    for (const one of node) addNode(one, scope);
  };
  const addNode = (proto: NodeProto, scope: Scope): void => {
    if (scope.depth > deepest) throw invalidModel(`Functions and bodies are nested deeper than ${deepest}.`);
    if (nodes.length >= mostNodes) {
      throw invalidModel(`With its functions inlined, the model has more than ${mostNodes} nodes.`);
    }
    const called = byKey.get(keyOf(proto.domain, proto.opType, proto.overload));
    if (called !== undefined) {
      addCall(proto, called, scope);
      return;
    }
    const { opType: op, attribute } = proto;
    const domain = proto.domain === 'ai.onnx' ? '' : proto.domain;
    const [inputs, outputs] = [proto.input.map(scope.rename), proto.output.map(scope.rename)];
    nodes.push({
      op,
      domain,
      name: placeOf(proto),
      settings: settingsOf(proto),
      inputs,
      outputs,
      isMain: scope.depth === 0,
    });
    for (const { name: key, t, g } of attribute) {
      if (t !== undefined && op === 'Constant' && key === 'value') tensors.push({ name: outputs[0] ?? '', tensor: t });
      if (g !== undefined) addGraph(g, { ...scope, depth: scope.depth + 1 });
    }
  };
  const addCall = (call: NodeProto, { input, output, node }: FunctionProto, scope: Scope): void => {
    const within = scope.rename(call.output[0] ?? call.name);
    const given = new Map<string, string>();
    for (const [at, name] of input.entries()) given.set(name, scope.rename(call.input[at] ?? ''));
    for (const [at, name] of output.entries()) given.set(name, scope.rename(call.output[at] ?? ''));
    const rename = (name: string) => given.get(name) ?? (name === '' ? '' : `${within}/${name}`);
    for (const one of node) addNode(one, { rename, depth: scope.depth + 1 });
  };
  if (graph !== undefined) addGraph(graph, { rename: (name) => name, depth: 0 });
  return { nodes, tensors };
}

interface Scope {
  /** From a name in the file to one that is unique in the model. */
  readonly rename: (name: string) => string;
  readonly depth: number;
}

/** torch.export writes the modules around a node as a list in Python: `['', 'encoder', 'encoder.layers.0', 'linear']`. */
function placeOf({ name, opType, metadataProps }: NodeProto): string {
  const scopes = metadataProps.find(({ key }) => key === 'pkg.torch.onnx.name_scopes')?.value ?? '';
  const modules = [...scopes.matchAll(/'([^']*)'/g)].map(([, text]) => text!);
  const module = modules.at(-2) ?? '';
  return module === '' ? name : `${module}/${opType}`;
}

function settingsOf({ attribute }: NodeProto): ReadonlyMap<string, number> {
  return new Map(attribute.flatMap(({ name, i }) => (i === undefined ? [] : [[name, Number(i)] as const])));
}

function keyOf(domain: string, name: string, overload: string): string {
  return JSON.stringify([domain === 'ai.onnx' ? '' : domain, name, overload]);
}
