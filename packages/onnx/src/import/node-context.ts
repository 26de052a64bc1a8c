import type { Attributes, Graph, Value } from '../graph/ir/graph.js';
import type { GraphProto, NodeProto } from '../proto/messages.js';
import type { BodyInput } from './body-inputs.js';
import type { DeclaredTypes } from './declared-types.js';
import type { ExternalBytes } from './from-tensor.js';
import type { Leaves } from './leaves.js';
import type { NameScope } from './name-scope.js';
import type { Opsets } from './opsets.js';

/** A node of the file whose inputs and attributes are known. */
export interface ReadNode {
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly origin: string;
}

/** The functions that a model defines. */
export interface FunctionLibrary {
  /** The outputs of a call; undefined for a node that calls no function. */
  inline(proto: NodeProto, call: ReadNode, context: NodeContext): readonly Value[] | undefined;
}

/** The number of nodes read: limits functions that call each other twice, which grow exponentially. */
export interface ReadCount {
  nodes: number;
}

/** What reading a node needs, apart from the names in scope. */
export interface NodeContext {
  readonly external: ExternalBytes;
  /** Collects the tensors that may be parameters. */
  readonly leaves: Leaves;
  readonly opsets: Opsets;
  readonly functions: FunctionLibrary;
  /** The types that the file declares in the graph being read. */
  readonly declared: DeclaredTypes;
  /** Inside a function: the attributes of the node that calls it. */
  readonly bindings: Attributes;
  /** Inside functions: the nodes that call them, outermost first. */
  readonly within: readonly string[];
  /** Whether it is in a branch of an If. */
  readonly isConditional: boolean;
  /** Counts the nodes read, repeats included. */
  readonly count: ReadCount;
  readonly readBody: (body: GraphProto, types: readonly BodyInput[], outer: NameScope, context: NodeContext) => Graph;
}
