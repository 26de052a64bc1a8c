/**
 * Copies a matrix b [inner, columns] into panels of 8 columns, [columns / 8, inner, 8], zeros after the last column.
 *
 * @param innerStride, columnStride bytes from an element to the next of its column, and of its row
 */
export function packColumns(
  b: usize,
  inner: u32,
  columns: u32,
  innerStride: usize,
  columnStride: usize,
  panels: usize,
): void {
  for (let column: u32 = 0; column < columns; column += 8) {
    const width = min(8 as u32, columns - column);
    const first = b + (column as usize) * columnStride;
    const end = panels + ((inner as usize) << 5);
    if (width === 8 && columnStride === 4) {
      for (let from = first; panels < end; panels += 32, from += innerStride) {
        v128.store(panels, v128.load(from));
        v128.store(panels, v128.load(from, 16), 16);
      }
    } else {
      panels = packAny(first, inner, width, innerStride, columnStride, panels);
    }
  }
}

function packAny(first: usize, inner: u32, width: u32, innerStride: usize, columnStride: usize, panels: usize): usize {
  // No result reads the columns after the last; but arithmetic on denormal numbers, such as old offsets, is slow.
  if (width < 8) memory.fill(panels, 0, (inner as usize) << 5);
  for (let column: u32 = 0; column < width; column++) {
    let from = first + (column as usize) * columnStride;
    let to = panels + ((column as usize) << 2);
    for (let row: u32 = 0; row < inner; row++, from += innerStride, to += 32) store<f32>(to, load<f32>(from));
  }
  return panels + ((inner as usize) << 5);
}
