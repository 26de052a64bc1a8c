/**
 * The orientation in EXIF data, 1 to 8; 1, as the camera was held, if it is missing or damaged.
 * @param tiff the data from its byte order mark on (EXIF 2.3, section 4.6)
 */
export function exifOrientation(tiff: Buffer): number {
  const order = tiff.toString('latin1', 0, 4);
  if (order !== 'II*\0' && order !== 'MM\0*') return 1;
  const little = order.startsWith('II');
  const short = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  if (tiff.length < 8) return 1;
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return 1;
  const count = short(directory);
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > tiff.length) return 1;
    if (short(at) !== 0x112) continue;
    const value = short(at + 8);
    return short(at + 2) === 3 && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
