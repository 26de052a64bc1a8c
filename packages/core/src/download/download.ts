import { type DownloadOptions, readDownloadRequest } from './download-request.js';

export type { DownloadOptions } from './download-request.js';

/**
 * Downloads a file once, and returns its local path. The checksum is required, because a run on other data cannot be
 * repeated; it is checked at each call. An interrupted download continues where it stopped, also in another process. A
 * file has its name only when it is complete. With `FORGE_OFFLINE=1` nothing is downloaded.
 * @param url an http or https address; a redirect from https to http is refused
 * @throws ForgeError USAGE; DATA_UNAVAILABLE naming the address, the reason and the next step; DATA_INVALID if another
 * file has the name in the folder given; FILE_SYSTEM
 */
export async function download(url: string | URL, options: DownloadOptions): Promise<string> {
  const request = readDownloadRequest(url, options);
  // Loaded on demand: most programs download nothing.
  const { downloadFile } = await import('./download-file.js');
  return downloadFile(request);
}
