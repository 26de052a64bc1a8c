/** What 32-bit addresses can reach. */
export const maxBytes = 2 ** 32;
/** The size of a cache line. */
export const alignment = 64;

/** Places that the values of an update have: a save may read one while the update writes the other. */
const placesOfUpdated = 2;

/** The bytes that a place takes. */
export function padded(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/**
 * Whether one memory has room for a parameter, its gradient, and all else that is updated with it.
 * @param bytes of the parameter
 * @param updated tensors of this size that an update changes: the parameter, slots, sum and average
 */
export function fitsOneMemory(bytes: number, updated: number): boolean {
  return alignment + (placesOfUpdated * updated + 1) * padded(bytes) <= maxBytes;
}
