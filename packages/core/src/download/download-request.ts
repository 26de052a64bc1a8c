import { join, resolve } from 'node:path';
import { checkOptions } from '../errors/check-options.js';
import { ForgeError } from '../errors/forge-error.js';
import { cacheFolder } from '../fs/cache-folder.js';
import { isSha256, type Sha256 } from '../fs/checksum.js';
import { isPathTraversal } from '../fs/path-traversal.js';

export interface DownloadOptions {
  /** The SHA-256 checksum of the file, 64 hexadecimal digits: `sha256sum FILE` prints it. */
  readonly sha256: string;
  /** The name of the local file. Default: the last part of the address. */
  readonly file?: string;
  /** The folder of the local file. Default: one for each checksum in the cache folder. */
  readonly folder?: string;
  /** The size in bytes. Without it, a file may have up to 16 GiB. */
  readonly size?: number;
  /** Other addresses of the same file, tried in order. */
  readonly mirrors?: readonly (string | URL)[];
}

/** What to download, checked. */
export interface DownloadRequest {
  readonly urls: readonly URL[];
  readonly checksum: Sha256;
  readonly size: number | undefined;
  readonly name: string;
  readonly folder: string;
  /** The local path. */
  readonly path: string;
  /** Whether the folder is a user's own: then no file is replaced. */
  readonly isOwnFolder: boolean;
}

/** @throws ForgeError OPTION_UNKNOWN, USAGE */
export function readDownloadRequest(url: string | URL, options: DownloadOptions): DownloadRequest {
  checkOptions(options ?? {}, ['sha256', 'file', 'folder', 'size', 'mirrors'], {
    of: 'download(url, options)',
    synonyms: { checksum: 'sha256', hash: 'sha256', name: 'file', path: 'folder', dir: 'folder', bytes: 'size' },
  });
  const { sha256, size, mirrors = [], ...place } = options ?? {};
  const urls = [url, ...mirrors].map(checkedUrl);
  const name = place.file ?? nameIn(urls[0]!);
  if (name === '' || isPathTraversal(name) || /[/\\]/.test(name)) {
    throw usage(`"${name}" is no name of a file`, "Give one: download(url, { file: 'train.csv', … }).");
  }
  const checksum = `sha256:${String(sha256)
    .replace(/^sha256:/, '')
    .toLowerCase()}`;
  if (!isSha256(checksum)) {
    const given =
      sha256 === undefined ? 'download needs the checksum of the file' : `"${sha256}" is no SHA-256 checksum`;
    const hint = `Give its 64 hexadecimal digits: download(url, { sha256: '…' }). Download ${name} once and run: sha256sum ${name}`;
    throw usage(given, hint);
  }
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
    throw usage(`${String(size)} is no size in bytes`, 'Give a whole number, or omit it.');
  }
  const folder = resolve(place.folder ?? join(cacheFolder(), 'downloads', checksum.slice(7, 23)));
  return { urls, checksum, size, name, folder, path: join(folder, name), isOwnFolder: place.folder !== undefined };
}

function checkedUrl(given: string | URL): URL {
  const url = URL.canParse(String(given)) ? new URL(given) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '') return url;
  const what = url?.username
    ? `the address at ${url.host} has a user name`
    : `"${String(given)}" is no address of a file`;
  throw usage(what, 'Give an address such as https://example.com/train.csv.');
}

function nameIn({ pathname }: URL): string {
  const last = pathname.split('/').at(-1)!;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function usage(problem: string, hint: string): ForgeError {
  return new ForgeError('USAGE', `${problem}.`, { about: 'download', hint });
}
