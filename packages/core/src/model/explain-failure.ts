import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { invalidModel } from './model-error.js';

/** Messages of engines about memory, a device or a library: errors that another model shape would not fix. */
const engineFailures = [
  /out of memory|\boom\b|not enough memory|bad_alloc|allocation failed|failed to allocate|array buffer allocation/i,
  /memory access out of bounds|unreachable|aborted\(|maximum memory size/i,
  /device (is |was )?lost|lost device|context lost|cuda|cudnn|cublas|hip error|vulkan|driver/i,
  /dlopen|cannot open shared object|libcu\w+/i,
];

/**
 * Runs the model's own code on a batch. Wraps its error, which then names the batch's arrays and the missing arrays that
 * the model read; a failure of the engine itself, such as a lack of memory, is reported as that. The same applies to the
 * rejection of a promise or thenable.
 *
 * Reads of missing names are detected on the object passed to `run`: `batch.y`, `({ y }) => …`. They cannot be detected
 * on a copy (`{ ...batch }`, `({ x, ...rest }) => …`, `Object.assign`); if the error then mentions undefined, the hint
 * mentions the copy.
 * @param batch by the names that the model reads
 * @param describe describes an array, as in `float32[64, 10]`
 * @throws ForgeError MODEL_INVALID, ENGINE_UNUSABLE
 */
export function explainFailure<B extends Readonly<Record<string, unknown>>, T>(
  batch: B,
  describe: (name: keyof B & string) => string,
  run: (batch: B) => T,
): T {
  const access: Access = { missing: new Set(), copied: false };
  const watched = new Proxy(batch, {
    get(target, key) {
      // Resolving a promise with the batch reads `then`.
      if (typeof key === 'string' && key !== 'then' && !Object.hasOwn(target, key)) access.missing.add(key);
      return Reflect.get(target, key);
    },
    ownKeys(target) {
      access.copied = true;
      return Reflect.ownKeys(target);
    },
  });
  const given = () => {
    const arrays = Object.keys(batch).map((name) => `${name}: ${describe(name)}`);
    return arrays.length === 0 ? 'is empty' : `has ${arrays.join(', ')}`;
  };
  try {
    const result = run(watched);
    if (!isThenable(result)) return result;
    return Promise.resolve(result).catch((error: unknown) => {
      throw explained(error, access, given);
    }) as T;
  } catch (error) {
    throw explained(error, access, given);
  }
}

/** How the code read the batch. */
interface Access {
  /** Names that it read and the batch does not have. */
  readonly missing: Set<string>;
  /** Whether it enumerated the names, as copying does. */
  copied: boolean;
}

function explained(error: unknown, { missing, copied }: Access, given: () => string): unknown {
  if (isForgeError(error) && missing.size === 0) return error;
  const message = messageOf(error).split('\n')[0]!.replace(/\.$/, '');
  if (missing.size > 0 && !isEngineFailure(error)) {
    return invalidModel(
      `The model reads ${[...missing].join(', ')}, but the batch ${given()}: ${message}.`,
      "Use the names of the data config's arrays.",
      error,
    );
  }
  if (isEngineFailure(error)) {
    return new ForgeError('ENGINE_UNUSABLE', `The engine failed on a batch that ${given()}: ${message}.`, {
      about: 'engine',
      hint: 'Try smaller batches or a smaller model, or another --engine; forge doctor lists them.',
      cause: error,
    });
  }
  return invalidModel(
    `The model failed on a batch that ${given()}: ${message}.`,
    copied && /undefined/.test(message) ? copyHint : 'Adapt the model to the shapes and types of the data.',
    error,
  );
}

const copyHint =
  'The code copies the batch, as in { ...batch }: check that it reads only names that the batch has; others are undefined in the copy.';

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

function isEngineFailure(error: unknown): boolean {
  // `WebAssembly.RuntimeError`, which is missing in Node's types.
  if (error instanceof Error && error.name === 'RuntimeError') return true;
  // Errors of the operating system, such as a missing library.
  if (typeof error === 'object' && error !== null && ('syscall' in error || 'errno' in error)) return true;
  return engineFailures.some((pattern) => pattern.test(messageOf(error)));
}
