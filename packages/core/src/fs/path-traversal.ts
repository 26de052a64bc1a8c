import { isAbsolute, normalize } from 'node:path';

/** Names that mean a device on Windows, whatever folder and ending they are given. */
const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/i;

/** Whether a name means a device rather than a file, on this system. */
export function isDeviceName(name: string, platform: string = process.platform): boolean {
  return platform === 'win32' && device.test(name.split('.')[0]!.trimEnd());
}

/**
 * Whether a path that a manifest gives would lead out of the manifest's folder, or to something other than a file:
 * absolute, with a drive, through `..`, a NUL that ends it early, a device's name.
 */
export function isPathTraversal(path: string, platform: string = process.platform): boolean {
  if (path === '' || path.includes('\0') || isAbsolute(path) || /^[/\\]|^[A-Za-z]:/.test(path)) return true;
  const parts = [...path.split(/[\\/]/), ...normalize(path).split(/[\\/]/)];
  return parts.some((part) => part === '..' || isDeviceName(part, platform));
}
