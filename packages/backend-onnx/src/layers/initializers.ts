import { ForgeError, type RandomStream, sizeOf } from '@forge-ml/core/plugin';

export interface InitializerRequest {
  readonly shape: readonly number[];
  /** The number of inputs that are summed for one output. */
  readonly fanIn: number;
  /** The number of outputs that one input contributes to. */
  readonly fanOut: number;
  /** This parameter's own stream: a function of the run's seed and the parameter's name. */
  readonly random: RandomStream;
}

/** The initial values of a parameter, in C order. */
export type Initializer = (request: InitializerRequest) => Float32Array;

export const zeros: Initializer = constantly(0);
export const ones: Initializer = constantly(1);

export function constantly(value: number): Initializer {
  return ({ shape }) => new Float32Array(sizeOf(shape)).fill(value);
}

/** Independent draws with mean 0. */
export function normal(deviation = 0.05): Initializer {
  return ({ shape, random }) => draw(shape, () => deviation * random.normal());
}

/** Independent draws from [-limit, limit). */
export function uniform(limit = 0.05): Initializer {
  return ({ shape, random }) => draw(shape, () => limit * (2 * random.float() - 1));
}

/** Variance 2 / (fanIn + fanOut), uniform (Glorot and Bengio, 2010). */
export const glorotUniform: Initializer = scaled((fanIn, fanOut) => 2 / (fanIn + fanOut), 'uniform');
/** Variance 2 / (fanIn + fanOut), normal (Glorot and Bengio, 2010). */
export const glorotNormal: Initializer = scaled((fanIn, fanOut) => 2 / (fanIn + fanOut), 'normal');
/** Variance 2 / fanIn, for ReLU (He et al., 2015). */
export const heUniform: Initializer = scaled((fanIn) => 2 / fanIn, 'uniform');
/** Variance 2 / fanIn, for ReLU (He et al., 2015). */
export const heNormal: Initializer = scaled((fanIn) => 2 / fanIn, 'normal');
/** Variance 1 / fanIn (LeCun et al., 1998, "Efficient BackProp"). */
export const lecunUniform: Initializer = scaled((fanIn) => 1 / fanIn, 'uniform');
/** Variance 1 / fanIn (LeCun et al., 1998, "Efficient BackProp"; SELU: Klambauer et al., 2017). */
export const lecunNormal: Initializer = scaled((fanIn) => 1 / fanIn, 'normal');

/**
 * A matrix with orthonormal rows or columns, whichever are fewer (Saxe et al., 2014), all dimensions but the last
 * flattened into one; by Gram and Schmidt's method, done twice for exactness.
 */
export function orthogonal(gain = 1): Initializer {
  return ({ shape, random }) => {
    if (shape.length < 2) {
      throw new ForgeError('MODEL_INVALID', `orthogonal needs at least two dimensions, not [${shape.join(', ')}].`, {
        about: 'orthogonal',
      });
    }
    const columns = shape.at(-1)!;
    const rows = sizeOf(shape) / columns;
    const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
    const vectors = orthonormal(count, length, random);
    return Float32Array.from({ length: rows * columns }, (_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      return gain * (rows < columns ? vectors[row]![column]! : vectors[column]![row]!);
    });
  };
}

function orthonormal(count: number, length: number, random: RandomStream): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (const other of [...vectors, ...vectors]) {
      const share = vector.reduce((sum, value, at) => sum + value * other[at]!, 0);
      for (let at = 0; at < length; at++) vector[at]! -= share * other[at]!;
    }
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (norm > 1e-6) vectors.push(vector.map((value) => value / norm));
  }
  return vectors;
}

function scaled(variance: (fanIn: number, fanOut: number) => number, kind: 'normal' | 'uniform'): Initializer {
  return (request) => {
    const deviation = Math.sqrt(variance(request.fanIn, request.fanOut));
    return (kind === 'normal' ? normal(deviation) : uniform(Math.sqrt(3) * deviation))(request);
  };
}

function draw(shape: readonly number[], next: () => number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  for (let at = 0; at < values.length; at++) values[at] = next();
  return values;
}
