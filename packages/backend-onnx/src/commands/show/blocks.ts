import type { FlatModel, FlatNode } from './flat-nodes.js';
import type { ShownBlock, ShownParameter } from './shown-model.js';

/** Names that exporters give to values, and not authors. */
function isGenerated(name: string): boolean {
  return /^(onnx::|val_\d|_val_|scalar_tensor|Constant|node_)|^\w+_output_\d+$/.test(name);
}

/**
 * The parts of a name of an author: `/encoder/layer.0/Add` and `encoder.layer.0.weight` have four. PyTorch's exporter
 * writes the layers of a `Sequential` as `/trunk/trunk.0/Conv`, and their weights as `trunk.0.weight`.
 */
export function partsOf(name: string): string[] {
  if (isGenerated(name)) return [];
  const parts: string[] = [];
  for (const step of name.split('/')) {
    const own = step.split('.').filter((part) => part !== '');
    parts.push(...(own.length > 1 && own[0] === parts.at(-1) ? own.slice(1) : own));
  }
  return parts;
}

/**
 * The block of a name: up to its first number, which is that of a repeated layer; else up to two parts without the last.
 */
function blockIn(name: string): string {
  const parts = partsOf(name);
  const number = parts.findIndex((part) => /^\d+$/.test(part));
  if (number >= 0) return parts.slice(0, number + 1).join('.');
  return parts.slice(0, Math.min(2, parts.length - 1)).join('.');
}

/** The layer of a weight, by its own name, or by that of the node that reads it. */
export function layerOf(weight: string, reader: FlatNode | undefined): string {
  const own = partsOf(weight);
  const parts = own.length > 1 ? own : partsOf(reader?.name ?? '');
  return parts.slice(0, -1).join('.');
}

/** The block of each tensor and of each node. */
export class Blocks {
  readonly #ofTensor = new Map<string, string>();
  readonly #ofNode = new Map<FlatNode, string>();

  constructor({ nodes, tensors }: FlatModel) {
    const readers = new Map<string, FlatNode>();
    for (const node of nodes) for (const name of node.inputs) if (!readers.has(name)) readers.set(name, node);
    for (const { name } of tensors) {
      this.#ofTensor.set(name, blockIn(name) || blockIn(readers.get(name)?.name ?? ''));
    }
    const ofValue = new Map<string, string>();
    for (const node of nodes) {
      const ofWeights = node.inputs.map((name) => this.#ofTensor.get(name) ?? '').find((block) => block !== '');
      const before = node.inputs.map((name) => ofValue.get(name) ?? '').find((block) => block !== '');
      const block = blockIn(node.name) || ofWeights || before || '';
      this.#ofNode.set(node, block);
      for (const name of node.outputs) ofValue.set(name, block);
    }
  }

  ofTensor(name: string): string {
    return this.#ofTensor.get(name) ?? '';
  }

  ofNode(node: FlatNode): string {
    return this.#ofNode.get(node) ?? '';
  }
}

/** Sums of the parameters of each block, in the order of the file. */
export function sumBlocks(parameters: readonly ShownParameter[]): ShownBlock[] {
  const total = parameters.reduce((sum, { numbers }) => sum + numbers, 0);
  const blocks = new Map<string, ShownBlock>();
  for (const { block: name, numbers, bytes } of parameters) {
    const before = blocks.get(name) ?? { name, tensors: 0, numbers: 0, bytes: 0, share: 0 };
    const sum = before.numbers + numbers;
    blocks.set(name, {
      ...{ name, tensors: before.tensors + 1, numbers: sum, bytes: before.bytes + bytes },
      share: total === 0 ? 0 : sum / total,
    });
  }
  return [...blocks.values()];
}
