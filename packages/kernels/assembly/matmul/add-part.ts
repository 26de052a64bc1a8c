/** Writes the first `width` of 8 numbers, or adds them to what is there. */
export function addPart(to: usize, low: v128, high: v128, width: u32, adds: bool): void {
  if (width === 8) {
    if (adds) {
      low = f32x4.add(v128.load(to), low);
      high = f32x4.add(v128.load(to, 16), high);
    }
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  addNarrow(to, low, high, width, adds);
}

function addNarrow(to: usize, low: v128, high: v128, width: u32, adds: bool): void {
  let part = low;
  for (let lane: u32 = 0; lane < width; lane++, to += 4) {
    if (lane === 4) part = high;
    const value = f32x4.extract_lane(part, 0);
    store<f32>(to, adds ? load<f32>(to) + value : value);
    part = i8x16.shuffle(part, part, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
  }
}
