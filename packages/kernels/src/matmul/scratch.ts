/** Gives memory that a call needs until it ends: bytes → their place, a multiple of 4. May grow the memory. */
export type Scratch = (bytes: number) => number;
