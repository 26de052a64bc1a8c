import type { Attributes, Graph, Value } from '../graph/ir/graph.js';
import type { TensorType } from '../graph/ir/types.js';
import type { GraphProto, NodeProto } from '../proto/messages.js';
import type { DeclaredTypes } from './declared-rank.js';
import type { ExternalBytes } from './from-tensor.js';
import type { NameScope } from './name-scope.js';
import type { Opsets } from './opsets.js';

/** A node of the file whose inputs and attributes are known. */
export interface ReadNode {
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly origin: string;
}

/** The functions a model defines for itself. */
export interface FunctionLibrary {
  /** What a call of one of them makes; undefined for a node that calls none. */
  inline(proto: NodeProto, call: ReadNode, context: NodeContext): readonly Value[] | undefined;
}

/** How often nodes were read: functions that call each other twice would be expanded without end. */
export interface ReadCount {
  nodes: number;
}

/** What a node is read with, beside the names around it. */
export interface NodeContext {
  readonly external: ExternalBytes;
  readonly opsets: Opsets;
  readonly functions: FunctionLibrary;
  /** By the file, for what the graph being read makes. */
  readonly declared: DeclaredTypes;
  /** Inside a function: the attributes of the node that calls it. */
  readonly bindings: Attributes;
  /** Inside functions: the nodes that call them, outermost first. */
  readonly within: readonly string[];
  /** Counts the nodes that were read, each as often as it was. */
  readonly count: ReadCount;
  readonly readBody: (body: GraphProto, types: readonly TensorType[], outer: NameScope, context: NodeContext) => Graph;
}
