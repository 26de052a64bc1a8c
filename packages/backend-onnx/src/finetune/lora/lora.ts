import type { Node, ParameterValue, Value } from '@forge-ml/onnx/graph';
import type { LayerContext } from '../../layers/layer.js';
import { adaptNode } from './adapt-node.js';
import { adapterWeights } from './adapter-weights.js';
import type { AdaptedWeight, Adapter } from './choose-adapters.js';
import type { CheckedLora } from './lora-options.js';
import { weightUseOf } from './weight-use.js';

/** The adapters of a model, by the parameters that fine-tuning has for the weights of the file. */
export class Lora {
  readonly options: CheckedLora;
  readonly #adapters: ReadonlyMap<AdaptedWeight, Adapter>;
  readonly #names: ReadonlyMap<Value, string>;

  /**
   * @param adapters by the weight in the file
   * @param replacements of the weights, in the model that is trained
   * @param names of constants
   */
  constructor(
    options: CheckedLora,
    adapters: ReadonlyMap<AdaptedWeight, Adapter>,
    replacements: ReadonlyMap<Value, ParameterValue>,
    names: ReadonlyMap<Value, string> = new Map(),
  ) {
    this.#names = names;
    this.options = options;
    this.#adapters = new Map([...adapters].map(([weight, adapter]) => [replacements.get(weight) ?? weight, adapter]));
  }

  /** What exporters need to know, as JSON. */
  get description(): string {
    const { rank, alpha, dropout } = this.options;
    const adapters = [...this.#adapters].map(([weight, adapter]) => ({
      weight: weight.kind === 'parameter' ? weight.name : (this.#names.get(weight) ?? adapter.name),
      ...adapter,
    }));
    return JSON.stringify({ rank, alpha, dropout, adapters } satisfies AdaptersDescription);
  }

  /** Adds its adapter to a node that uses an adapted weight; undefined for others. */
  rewrite(node: Node, context: LayerContext): readonly Value[] | undefined {
    const use = weightUseOf(node);
    const adapter = use && this.#adapters.get(use.weight);
    if (use === undefined || adapter === undefined) return undefined;
    const { rank, alpha, dropout } = this.options;
    const weights = adapterWeights(adapter, rank, context);
    return [adaptNode(node, use, adapter, weights, alpha / rank, (x) => context.dropout(x, dropout))];
  }
}

/** What a checkpoint says about the adapters of a base. */
export interface AdaptersDescription {
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
  /** `weight`: the name of the base's weight. */
  readonly adapters: readonly (Adapter & { readonly weight: string })[];
}
