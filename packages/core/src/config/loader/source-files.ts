import { readFileSync } from 'node:fs';
import { ForgeError } from '../../errors/forge-error.js';
import { type Sha256, sha256 } from '../../fs/checksum.js';

/** Reads source files, and notes the checksum of each. */
export class SourceFiles {
  readonly checksums = new Map<string, Sha256>();

  /** @param expected what files must contain, by path; others may contain anything */
  constructor(private readonly expected: ReadonlyMap<string, Sha256> = new Map()) {}

  /** @throws ForgeError CODE_ALTERED for a file that does not contain what it must */
  read(path: string): string {
    const content = readFileSync(path);
    const checksum = sha256(content);
    const expected = this.expected.get(path);
    if (expected !== undefined && expected !== checksum) {
      throw new ForgeError('CODE_ALTERED', `${path} was changed after this process had loaded it.`, {
        about: path,
        hint: 'Start again, or resume the run, to use one version of it everywhere.',
      });
    }
    this.checksums.set(path, checksum);
    return content.toString('utf8');
  }
}
