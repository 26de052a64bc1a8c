/** Columns available to a line: those of the terminal; unlimited if the output is piped. */
export function columnsOf(stream: { readonly isTTY?: boolean; readonly columns?: number }): number {
  const { isTTY = false, columns = 0 } = stream;
  return isTTY && columns > 0 ? columns : Number.POSITIVE_INFINITY;
}
