import { join } from 'node:path';
import { isMissing } from '../../fs/fs-error.js';
import { readJson } from '../../json/json-file.js';
import type { RunProcess } from '../../run/record/run-record.js';
import { isRunProcess } from '../../schema/file-checks.generated.js';

/** Names the process that controls a sweep, which touches it every ten seconds; missing while there is none. */
export const controllerName = 'controller.json';

export type Controller = RunProcess & { readonly token?: unknown };

/** The process that controls a sweep, as its folder says; undefined where there is none. */
export async function readController(folder: string): Promise<Controller | undefined> {
  try {
    const content = await readJson(join(folder, controllerName), {
      ...{ what: 'file', code: 'RUN_INVALID', maxBytes: 1 << 16, link: 'refuse' },
    });
    return isRunProcess.isValid(content) ? (content as unknown as Controller) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
