import { fileURLToPath } from 'node:url';
import { findPython, PythonProcess } from '../python-process.js';

const script = fileURLToPath(new URL('../../torch/torch_side.py', import.meta.url));

/** Finds a Python with PyTorch: FORGE_TORCH_PYTHON, else `python3`. */
export function findTorch(): ReturnType<typeof findPython> {
  return findPython('FORGE_TORCH_PYTHON', ['torch', 'safetensors.torch']);
}

/** PyTorch in another process, with one thread. Handles one request at a time. */
export function startTorch(python: string): Promise<PythonProcess> {
  return PythonProcess.start(python, script);
}
