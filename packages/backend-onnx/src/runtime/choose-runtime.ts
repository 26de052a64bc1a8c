import { isForgeError, messageOf } from '@forge-ml/core/plugin';
import type { WorkerOptions } from './protocol.js';
import type { Runtime } from './runtime.js';

/** The binding to use, and why it is not the one that was asked for. */
export interface ChosenRuntime {
  readonly runtime: Runtime;
  readonly reason?: string;
}

/** The native binding, or that of the package where the native one cannot be used. */
export async function chooseRuntime(options: WorkerOptions): Promise<ChosenRuntime> {
  if (options.binding === 'package') return { runtime: await packageRuntime(options) };
  try {
    const { NativeRuntime } = await import('./native-runtime.js');
    return { runtime: new NativeRuntime(options) };
  } catch (error) {
    const hint = isForgeError(error) && error.hint !== undefined ? ` ${error.hint}` : '';
    return { runtime: await packageRuntime(options), reason: `${messageOf(error)}${hint}` };
  }
}

/** Loaded only where it is used: it loads the library through a binding of its own. */
async function packageRuntime(options: WorkerOptions): Promise<Runtime> {
  const { PackageRuntime } = await import('./package-runtime.js');
  return new PackageRuntime(options);
}
