import { failure } from './failure.js';
import { apiVersion, functions } from './functions.js';
import type { Koffi } from './koffi.js';
import { loadLibrary } from './load-library.js';
import { unusable } from './unusable.js';

/** An address: of a native object, or of what a typed array views. */
export type Pointer = bigint | ArrayBufferView | null;

type Type = 'void' | 'void *' | 'str' | 'str *' | 'path' | 'int' | 'size_t';
interface Argument {
  readonly void: undefined;
  readonly 'void *': Pointer;
  readonly str: string;
  readonly 'str *': readonly string[];
  readonly path: string;
  readonly int: number;
  readonly size_t: number;
}
interface Result {
  readonly void: undefined;
  /** A status, null for success. */
  readonly 'void *': bigint | null;
  readonly str: string;
  readonly int: number;
}
type Arguments<Types extends readonly Type[]> = { -readonly [At in keyof Types]: Argument[Types[At]] };
type Functions = typeof functions;
type NativeFunctions = {
  readonly [Name in keyof Functions]: (
    ...args: Arguments<Functions[Name]['takes']>
  ) => Result[Functions[Name]['returns']];
};

/** The functions of ONNX Runtime's C API that this package calls, in this thread. */
export class Api {
  readonly version: string;
  readonly call: NativeFunctions;
  readonly #koffi: Koffi;
  #allocator: bigint | undefined;

  /**
   * @param path the library's file, whose content is known: a library with other functions would end the process
   * @throws ForgeError ENGINE_UNUSABLE
   */
  constructor(koffi: Koffi, path: string, version: string) {
    this.#koffi = koffi;
    const [getApi, getVersion] = koffi.decode(loadLibrary(koffi, path), koffi.array('void *', 2)) as [bigint, bigint];
    this.version = koffi.call(getVersion, koffi.proto('str', [])) as string;
    if (this.version !== version) throw unusable(`the library says that it has version ${this.version}`);
    const table = koffi.call(getApi, koffi.proto('void *', ['uint32_t']), apiVersion) as bigint | null;
    if (table === null) throw unusable(`the library does not have version ${apiVersion} of the API`);
    const pointers = Math.max(...Object.values(functions).map(({ at }) => at)) + 1;
    const addresses = koffi.decode(table, koffi.array('void *', pointers)) as readonly bigint[];
    this.call = Object.fromEntries(
      Object.entries(functions).map(([name, { at, returns, takes }]) => {
        const types = takes.map((type) => typeName(type));
        return [name, koffi.decode(addresses[at]!, koffi.proto(returns, types))];
      }),
    ) as unknown as NativeFunctions;
  }

  /** A call in a thread of Node's thread pool. What its arguments point to must stay as it is until it ends. */
  callAside<Name extends keyof NativeFunctions>(
    name: Name,
    ...args: Parameters<NativeFunctions[Name]>
  ): Promise<ReturnType<NativeFunctions[Name]>> {
    const { async: start } = this.call[name] as unknown as { readonly async: (...args: readonly unknown[]) => void };
    return new Promise((resolve, reject) => {
      const end = (error: unknown, result: ReturnType<NativeFunctions[Name]>) => {
        if (error) reject(error as Error);
        else resolve(result);
      };
      start(...args, end);
    });
  }

  /** @throws ForgeError with ONNX Runtime's message, where a call has failed; the status is released. */
  check(status: bigint | null): void {
    if (status === null) return;
    const error = failure(this.call.GetErrorCode(status), this.call.GetErrorMessage(status));
    this.call.ReleaseStatus(status);
    throw error;
  }

  /** What a call stores at its last parameter: a pointer, or a number of 64 bits. */
  out(call: (out: BigUint64Array) => bigint | null): bigint {
    const out = new BigUint64Array(1);
    this.check(call(out));
    return out[0]!;
  }

  /** The same for a number of 32 bits. */
  outInt(call: (out: Int32Array) => bigint | null): number {
    const out = new Int32Array(1);
    this.check(call(out));
    return out[0]!;
  }

  /** A text that a call allocates; its memory is freed. */
  outText(call: (allocator: bigint, out: BigUint64Array) => bigint | null): string {
    const pointer = this.out((out) => call(this.allocator, out));
    const text = this.text(pointer);
    this.free(pointer);
    return text;
  }

  text(pointer: bigint): string {
    return this.#koffi.decode.string(pointer);
  }

  /** The pointers of an array. */
  pointers(array: bigint, many: number): readonly bigint[] {
    return this.#koffi.decode(array, 'void *', many) as readonly bigint[];
  }

  /** The memory at a pointer, without copying: valid only as long as its owner keeps it. */
  memory(pointer: bigint, bytes: number): Uint8Array {
    return new Uint8Array(this.#koffi.view(pointer, bytes));
  }

  /** The library's default allocator, which is never released. */
  get allocator(): bigint {
    this.#allocator ??= this.out((out) => this.call.GetAllocatorWithDefaultOptions(out));
    return this.#allocator;
  }

  free(pointer: bigint): void {
    this.check(this.call.AllocatorFree(this.allocator, pointer));
  }
}

/** Paths are UTF-16 on Windows. */
function typeName(type: Type): string {
  if (type === 'path') return process.platform === 'win32' ? 'str16' : 'str';
  return type;
}
