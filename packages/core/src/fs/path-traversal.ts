import { isAbsolute, normalize } from 'node:path';

/** Names of devices on Windows, in any folder and with any extension. */
const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/i;

/** Whether a name is a device instead of a file, on this system. */
export function isDeviceName(name: string, platform: string = process.platform): boolean {
  return platform === 'win32' && device.test(name.split('.')[0]!.trimEnd());
}

/**
 * Whether a path in a manifest would lead out of the manifest's folder, or to something other than a file: absolute,
 * with a drive, through `..`, with a NUL that ends it early, or a device's name.
 */
export function isPathTraversal(path: string, platform: string = process.platform): boolean {
  if (path === '' || path.includes('\0') || isAbsolute(path) || /^[/\\]|^[A-Za-z]:/.test(path)) return true;
  const parts = [...path.split(/[\\/]/), ...normalize(path).split(/[\\/]/)];
  return parts.some((part) => part === '..' || isDeviceName(part, platform));
}
