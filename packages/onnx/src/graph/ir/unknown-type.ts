import { OnnxError } from '../../errors/onnx-error.js';
import type { TypeProto } from '../../proto/messages.js';
import { isPacked } from '../../tensor/packed.js';
import type { DType, UnpackedDType } from '../../tensor/tensor.js';
import type { InputValue, Node, NodeValue, Value } from './graph.js';
import type { Shape } from './types.js';

/** Why the type of a value is not known, and what is known of it. */
export interface UnknownType {
  readonly dtype?: DType | undefined;
  /** A clause that names the node or input at fault. */
  readonly reason: string;
  /** The nodes from the value back to the one at fault, as messages name them. */
  readonly path: readonly string[];
  /** The names of values before the one at fault: where a model can be cut. */
  readonly before: readonly string[];
  /** As the file declares it: what is not a tensor has no other type. */
  readonly declared?: TypeProto | undefined;
}

/** Thrown where something needs a type that is not known. */
export class UnknownTypeError extends OnnxError {
  readonly unknown: UnknownType;

  constructor(message: string, unknown: UnknownType, about: string | undefined, hint: string) {
    super('MODEL_INVALID', message, { ...(about === undefined ? {} : { about }), hint });
    this.name = 'UnknownTypeError';
    this.unknown = unknown;
  }
}

/** An output of a node whose type is not known: reading its type throws. */
class UntypedOutput implements NodeValue {
  readonly kind = 'node';
  readonly unknown: UnknownType;
  readonly node: Node;
  readonly output: number;
  readonly name: string | undefined;

  constructor(node: Node, output: number, unknown: UnknownType, name: string | undefined) {
    this.node = node;
    this.output = output;
    this.unknown = unknown;
    this.name = name;
  }

  get dtype(): DType {
    return this.unknown.dtype ?? fail(this.unknown);
  }

  get shape(): Shape {
    return fail(this.unknown);
  }
}

/** An input that is not a tensor, or not declared as one: reading its type throws. */
class UntypedInput implements InputValue {
  readonly kind = 'input';
  readonly unknown: UnknownType;
  readonly name: string;

  constructor(name: string, unknown: UnknownType) {
    this.name = name;
    this.unknown = unknown;
  }

  get dtype(): UnpackedDType {
    const { dtype } = this.unknown;
    return dtype === undefined || isPacked(dtype) ? fail(this.unknown) : dtype;
  }

  get shape(): Shape {
    return fail(this.unknown);
  }
}

/** `name`: of the value in the file. */
export function untypedOutput(node: Node, output: number, unknown: UnknownType, name?: string): NodeValue {
  return new UntypedOutput(node, output, unknown, name);
}

export function untypedInput(name: string, unknown: UnknownType): InputValue {
  return new UntypedInput(name, unknown);
}

/** Why the type of a value is not known; undefined if it is known. */
export function unknownTypeOf(value: Value): UnknownType | undefined {
  return value instanceof UntypedOutput || value instanceof UntypedInput ? value.unknown : undefined;
}

export function isTyped(value: Value | null | undefined): boolean {
  return !value || unknownTypeOf(value) === undefined;
}

/** The dtype of a value; undefined where it is not known. */
export function dtypeOf(value: Value): DType | undefined {
  const unknown = unknownTypeOf(value);
  return unknown ? unknown.dtype : value.dtype;
}

/** @throws UnknownTypeError for a value whose type is not known */
export function requireType(value: Value): void {
  const unknown = unknownTypeOf(value);
  if (unknown) fail(unknown);
}

/** How many nodes of a path are named at each end. */
const shown = 4;

function fail(unknown: UnknownType): never {
  const { reason, path, before } = unknown;
  const [first, ...others] = path;
  const steps = path.length <= 2 * shown ? path : [...path.slice(0, shown), '…', ...path.slice(-shown)];
  const way = others.length === 0 ? '' : ` The way to it: ${steps.join(' ← ')}.`;
  const names = before.map((name) => `"${name}"`).join(' or ');
  const cut =
    names === '' ? 'Compute only other outputs of the model.' : `Cut the model before it (outputs): at ${names}.`;
  const what = first === undefined ? 'A type' : `The type of what ${first} computes`;
  throw new UnknownTypeError(`${what} is not known: ${reason}.${way}`, unknown, path.at(-1) ?? before[0], cut);
}
