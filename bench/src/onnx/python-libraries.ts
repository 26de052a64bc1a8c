import { fileURLToPath } from 'node:url';
import { findPython, PythonProcess } from '../python-process.js';

const script = (name: string) => fileURLToPath(new URL(`../../python/${name}`, import.meta.url));

/** Finds a Python with PyTorch: FORGE_TORCH_PYTHON, else `python3`. */
export function findTorch(): ReturnType<typeof findPython> {
  return findPython('FORGE_TORCH_PYTHON', ['torch', 'safetensors.torch']);
}

/** Finds a Python with JAX: the one that has PyTorch. */
export function findJax(): ReturnType<typeof findPython> {
  return findPython('FORGE_TORCH_PYTHON', ['jax', 'safetensors.numpy']);
}

/** Finds a Python with PyTorch and the libraries of Hugging Face that fine-tune its models. */
export function findTransformers(): ReturnType<typeof findPython> {
  return findPython('FORGE_TORCH_PYTHON', ['torch', 'transformers', 'peft', 'onnxscript', 'safetensors.torch']);
}

/** PyTorch in another process. Handles one request at a time. */
export function startTorch(python: string, threads: number): Promise<PythonProcess> {
  return PythonProcess.start(python, script('torch_side.py'), [String(threads)]);
}

/** PyTorch with the models of transformers in another process. */
export function startTransformers(python: string, threads: number): Promise<PythonProcess> {
  return PythonProcess.start(python, script('fine_tuning_side.py'), [String(threads)]);
}

/** JAX in another process, which may use as many processors as it has threads. */
export function startJax(python: string, threads: number): Promise<PythonProcess> {
  return PythonProcess.start(python, script('jax_side.py'), [String(threads)]);
}
