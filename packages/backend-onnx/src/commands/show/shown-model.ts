import type { OperatorSupport } from '@forge-ml/onnx';

/** What `forge onnx show` finds in a file. Everything in it is untrusted text of the file's author. */
export interface ShownModel {
  readonly file: string;
  /** Bytes of the file, without its external data. */
  readonly bytes: number;
  readonly irVersion: number | null;
  /** The version of each domain of operators; `ai.onnx` for ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>;
  /** The program that wrote it; null if it does not say. */
  readonly producer: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Files beside it that have weights, and the bytes that it names in each. */
  readonly externalData: readonly { readonly file: string; readonly bytes: number }[];
  readonly inputs: readonly ShownValue[];
  readonly outputs: readonly ShownValue[];
  /** Sizes that may vary, and the inputs that have them: `input_ids[0]`. */
  readonly openAxes: readonly { readonly name: string; readonly of: readonly string[] }[];
  /** Nodes of bodies and functions are counted too. */
  readonly operators: readonly ShownOperator[];
  readonly parameters: readonly ShownParameter[];
  readonly blocks: readonly ShownBlock[];
  /** Values that `outputs` of `fromOnnx` can name. */
  readonly cuts: readonly ShownCut[];
  readonly lora: readonly LoraTarget[];
  /** Why `fromOnnx` cannot read the file; null if it can. */
  readonly problem: { readonly message: string; readonly hint: string | null } | null;
}

/** The type is null where the file does not say: a sequence, or a value of unknown rank. */
export interface ShownValue {
  readonly name: string;
  readonly dtype: string | null;
  /** Open sizes have a name, or are null. */
  readonly shape: readonly (number | string | null)[] | null;
}

export interface ShownOperator {
  readonly op: string;
  readonly domain: string;
  readonly count: number;
  readonly support: OperatorSupport;
}

/** A tensor of weights. */
export interface ShownParameter {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly numbers: number;
  readonly bytes: number;
  /** By its use, such as `weight` or `statistics`; `quantized` for integers that stand for weights. */
  readonly role: string;
  /** Whether `fromOnnx` trains it, if nothing else is said. */
  readonly trainable: boolean;
  readonly block: string;
}

export interface ShownBlock {
  /** `''` for tensors without a block. */
  readonly name: string;
  readonly tensors: number;
  readonly numbers: number;
  readonly bytes: number;
  /** Of all numbers, from 0 to 1. */
  readonly share: number;
}

export interface ShownCut extends ShownValue {
  /** `end`: the last value of a block; `features`: what the last linear layer before an output reads. */
  readonly kind: 'end' | 'features';
  readonly block: string;
}

/** Weights of linear layers that one pattern of `lora.targets` names. */
export interface LoraTarget {
  /** Null where no pattern names just these: then by their names. */
  readonly pattern: string | null;
  /** The layer, as the file's author calls it, numbers replaced by `*`. */
  readonly layer: string;
  readonly weights: readonly string[];
  readonly shape: readonly number[];
  /** Numbers of the adapters of rank 8. */
  readonly adapters: number;
  /** Whether it is among those that are usually adapted. */
  readonly suggested: boolean;
}
