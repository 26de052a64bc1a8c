import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForgeError, messageOf } from '@forge-ml/core/plugin';
import type { io } from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';

const registered = new WeakSet<Tf>();

/**
 * Lets the embedded TensorFlow.js load models from `file://` URLs, as the native packages do; its own `fetch` does not
 * support files.
 */
export function loadModelsFromFiles(tf: Tf): void {
  if (registered.has(tf)) return;
  registered.add(tf);
  tf.io.registerLoadRouter((url) =>
    typeof url === 'string' && url.startsWith('file://')
      ? { load: () => loadModel(tf, pathOf(url)) }
      : (null as unknown as io.IOHandler),
  );
}

/** The native packages also accept a relative path: `file://./model/model.json`. */
function pathOf(url: string): string {
  return url.startsWith('file:///') ? fileURLToPath(url) : resolve(url.slice('file://'.length));
}

async function loadModel(tf: Tf, path: string): Promise<io.ModelArtifacts> {
  try {
    const model = JSON.parse(await readFile(path, 'utf8')) as io.ModelJSON;
    return await tf.io.getModelArtifactsForJSON(model, async (groups) => {
      const files = groups.flatMap(({ paths }) => paths).map((name) => readFile(join(dirname(path), name)));
      const bytes = Uint8Array.from(Buffer.concat(await Promise.all(files)));
      return [groups.flatMap(({ weights }) => weights), bytes.buffer];
    });
  } catch (cause) {
    throw new ForgeError('DATA_UNAVAILABLE', `The model ${path} cannot be loaded: ${messageOf(cause)}`, {
      about: path,
      cause,
    });
  }
}
