import { ForgeLibrary } from '@forge-ml/core';
import type { Engine } from '@forge-ml/core/plugin';

/** Starts ONNX Runtime on the CPU with a number of threads. */
export async function openEngine(threads: number): Promise<Engine> {
  const before = process.env.FORGE_ONNX_THREADS;
  process.env.FORGE_ONNX_THREADS = String(threads);
  try {
    const { backends } = new ForgeLibrary();
    return await (await backends.load(await backends.find('onnx'))).start({ engine: 'cpu', searchFrom: [] });
  } finally {
    if (before === undefined) delete process.env.FORGE_ONNX_THREADS;
    else process.env.FORGE_ONNX_THREADS = before;
  }
}
