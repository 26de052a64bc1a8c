import { createHash } from 'node:crypto';
import type { RunView, TextAnswer } from '../protocol/run-view.js';
import { codeFile } from '../views/run-texts.js';
import type { ViewedRun } from '../views/viewed-run.js';
import { most } from './report-options.js';
import { textOf } from './text-of.js';

/** The files of the code of runs: most runs of a comparison have the same ones. */
export class CodeTexts {
  /** By the hash of their content. */
  readonly texts: Record<string, TextAnswer> = {};

  /**
   * Adds the files of a run, the newest version first: if there is too much, the oldest files are missing.
   * @param maxBytes of files that no earlier run has
   * @returns the hash of each, by version and path
   */
  async add(run: ViewedRun, { code }: RunView, maxBytes: number): Promise<Record<string, string>> {
    const hashes: [string, string][] = [];
    let left = maxBytes;
    for (const { number, files } of [...code.versions].reverse()) {
      for (const { path, bytes } of files) {
        if (bytes > Math.min(left, most.codeFileBytes)) continue;
        const answer = await textOf(() => codeFile(run, number, path));
        if (answer === null) continue;
        const hash = createHash('sha256').update(JSON.stringify(answer)).digest('hex').slice(0, 32);
        if (!Object.hasOwn(this.texts, hash)) left -= bytes;
        this.texts[hash] = answer;
        hashes.push([`${number}/${path}`, hash]);
      }
    }
    return Object.fromEntries(hashes);
  }
}
