/** Rows of b that are multiplied before the next ones: those of a panel and what they meet of a fit into the first cache. */
export const block: u32 = 256;
