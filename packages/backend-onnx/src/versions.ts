import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export function onnxRuntimeVersion(): string {
  return require('onnxruntime-node/package.json').version;
}

export function packageVersion(): string {
  return require('@forge-ml/backend-onnx/package.json').version;
}
