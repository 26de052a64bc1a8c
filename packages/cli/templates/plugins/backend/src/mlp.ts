import { ForgeError } from '@forge-ml/core/plugin';

export interface MlpOptions {
  /** The array the network reads; all but its first dimension are flattened. */
  readonly inputs: string;
  /** The array the loss compares with: numbers [batch, n], or labels [batch] where `classes` is given. */
  readonly targets: string;
  /** The number of classes, for cross-entropy on labels. Default: the squared error on numbers. */
  readonly classes?: number;
  /** Units of each hidden layer; none for a linear model. */
  readonly hidden?: readonly number[];
  readonly learningRate: number;
  /** The momentum coefficient. 0 is plain gradient descent, without optimizer state. */
  readonly momentum?: number;
  /** Objects that loading a run returns, by name. */
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

/** Checks the value a config returned, as configs may be JavaScript. @throws ForgeError MODEL_INVALID naming the fault */
export function checkModel(value: unknown): Mlp {
  const model = value as Mlp | null | undefined;
  if (model?.kind !== 'mlp') throw invalid('load', 'The model config did not return a model made with mlp().');
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
