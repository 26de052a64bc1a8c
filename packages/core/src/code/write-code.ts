import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../files/atomic-file.js';
import { makeFolder } from '../files/durable-folder.js';
import { fileError } from '../files/file-error.js';
import { writeJson } from '../files/write-json.js';
import type { CodeCapture } from './capture-code.js';

/** Writes a capture into a run's folder: the files, then the manifest that vouches for them. */
export async function writeCode(run: string, { manifest, contents }: CodeCapture): Promise<void> {
  for (const [path, content] of contents) {
    const target = join(run, 'code', path);
    try {
      await makeFolder(dirname(target));
    } catch (error) {
      throw fileError(error, dirname(target), 'create');
    }
    await writeFileAtomic(target, content);
  }
  await writeJson(join(run, 'code.json'), manifest);
}
