import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { invalidModel } from './model-error.js';

/** What engines say where memory, a device or a library fails them: nothing that another model shape would mend. */
const engineFailures = [
  /out of memory|\boom\b|not enough memory|bad_alloc|allocation failed|failed to allocate|array buffer allocation/i,
  /memory access out of bounds|unreachable|aborted\(|maximum memory size/i,
  /device (is |was )?lost|lost device|context lost|cuda|cudnn|cublas|hip error|vulkan|driver/i,
  /dlopen|cannot open shared object|libcu\w+/i,
];

/**
 * Runs the model's own code on a batch. An error of JavaScript, or one of the engine about what the model asks of it,
 * becomes one that names the batch's arrays, and those the model asked for in vain; where the engine itself fails, for
 * want of memory for example, the error says so. Where the code returns a promise, or any thenable, the same holds for
 * what it rejects with, and for arrays that it asks for until then.
 *
 * A name is seen where it is read from the object that `run` is given: `batch.y`, `({ y }) => …`, at any time. A copy
 * (`{ ...batch }`, `({ x, ...rest }) => …`, `Object.assign`) is an ordinary object, whose reads nothing can see: there
 * the names are not known, and where the failure is one of something undefined, the hint says so.
 * @param batch by the names the model sees
 * @param describe what an array is, as in `float32[64, 10]`
 * @throws ForgeError MODEL_INVALID, ENGINE_UNUSABLE
 */
export function explainFailure<B extends Readonly<Record<string, unknown>>, T>(
  batch: B,
  describe: (name: keyof B & string) => string,
  run: (batch: B) => T,
): T {
  const seen: Seen = { missing: new Set(), copied: false };
  const watched = new Proxy(batch, {
    get(target, key) {
      // A promise that resolves to the batch looks for its `then`: that is not the model's.
      if (typeof key === 'string' && key !== 'then' && !Object.hasOwn(target, key)) seen.missing.add(key);
      return Reflect.get(target, key);
    },
    ownKeys(target) {
      seen.copied = true;
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
      throw explained(error, seen, given);
    }) as T;
  } catch (error) {
    throw explained(error, seen, given);
  }
}

/** What the code did with the batch. */
interface Seen {
  /** Names that it asked for in vain. */
  readonly missing: Set<string>;
  /** Whether it took all names at once, as copying does. */
  copied: boolean;
}

function explained(error: unknown, { missing, copied }: Seen, given: () => string): unknown {
  if (isForgeError(error) && missing.size === 0) return error;
  const message = messageOf(error).split('\n')[0]!.replace(/\.$/, '');
  if (missing.size > 0 && !isEngineFailure(error)) {
    return invalidModel(
      `The model reads ${[...missing].join(', ')}, but the batch ${given()}: ${message}.`,
      'Use the names the data config gives its arrays.',
      error,
    );
  }
  if (isEngineFailure(error)) {
    return new ForgeError('ENGINE_UNUSABLE', `The engine failed on a batch that ${given()}: ${message}.`, {
      about: 'engine',
      hint: 'Try smaller batches or a smaller model, or another --engine; forge doctor says which there are.',
      cause: error,
    });
  }
  return invalidModel(
    `The model cannot take the batch, which ${given()}: ${message}.`,
    copied && /undefined/.test(message) ? ofCopy : 'Make the model fit the shapes and types of the data.',
    error,
  );
}

const ofCopy =
  'The code copies the batch, as { ...batch } does: look there for a name that the batch does not have, which is undefined in the copy.';

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

function isEngineFailure(error: unknown): boolean {
  // `WebAssembly.RuntimeError`, which the types of Node do not have.
  if (error instanceof Error && error.name === 'RuntimeError') return true;
  // Those of the operating system, such as a library that is not there.
  if (typeof error === 'object' && error !== null && ('syscall' in error || 'errno' in error)) return true;
  return engineFailures.some((pattern) => pattern.test(messageOf(error)));
}
