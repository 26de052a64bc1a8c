import { ForgeError } from '@forge-ml/core/plugin';

export interface MlpOptions {
  /** The array the network reads; all but its first dimension are flattened. */
  readonly inputs: string;
  /** The array the loss compares with: numbers [batch, n], or labels [batch] where `classes` is given. */
  readonly targets: string;
  /** How many classes the labels tell apart: the loss is then cross-entropy, else the squared error. */
  readonly classes?: number;
  /** Units of each hidden layer; none for a linear model. */
  readonly hidden?: readonly number[];
  readonly learningRate: number;
  /** How much of the last update goes on. 0 is plain gradient descent, which remembers nothing. */
  readonly momentum?: number;
  /** What is wanted back after loading, by name. */
  readonly artefacts?: Readonly<Record<string, unknown>>;
}

/** What a model config's `load` returns for this backend. */
export interface Mlp extends MlpOptions {
  readonly kind: 'mlp';
}

/** A network of dense layers with tanh between them. */
export function mlp(options: MlpOptions): Mlp {
  return { kind: 'mlp', ...options };
}

/** Configs may be JavaScript: what they return is checked. @throws ForgeError MODEL_INVALID naming what is wrong */
export function checkModel(value: unknown): Mlp {
  const model = value as Mlp | null | undefined;
  if (model?.kind !== 'mlp') throw invalid('load', 'The model config returned no model made with mlp().');
  for (const name of ['inputs', 'targets'] as const) {
    if (typeof model[name] !== 'string') throw invalid(name, `mlp() needs the name of an array as \`${name}\`.`);
  }
  if (!(model.learningRate > 0)) {
    throw invalid('learningRate', `The learning rate must be more than 0, not ${model.learningRate}.`);
  }
  return model;
}

function invalid(about: string, message: string): ForgeError {
  return new ForgeError('MODEL_INVALID', message, {
    about,
    hint: "For example: mlp({ inputs: 'x', targets: 'y', learningRate: 0.1 }).",
  });
}
