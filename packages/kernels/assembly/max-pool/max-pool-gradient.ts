/**
 * The gradient of max pooling: x [images, height, width, channels], dy [images, outHeight, outWidth, channels] → dx, of
 * the shape of x. Of equal values the first, row by row, gets the gradient.
 *
 * @param top, left the padding
 */
export function maxPoolGradient(
  x: usize,
  images: u32,
  height: i32,
  width: i32,
  channels: u32,
  dy: usize,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
  dx: usize,
): void {
  const pixel = (channels as usize) << 2;
  const line = (width as usize) * pixel;
  const image = (height as usize) * line;
  memory.fill(dx, 0, (images as usize) * image);
  for (let index: u32 = 0; index < images; index++, x += image, dx += image) {
    for (let row: i32 = 0; row < outHeight; row++) {
      const firstRow = max(0, row * strideHeight - top);
      const endRow = min(height, row * strideHeight - top + filterHeight);
      for (let column: i32 = 0; column < outWidth; column++, dy += pixel) {
        const firstColumn = max(0, column * strideWidth - left);
        const endColumn = min(width, column * strideWidth - left + filterWidth);
        if (firstRow >= endRow || firstColumn >= endColumn) continue;
        const corner = (firstRow as usize) * line + (firstColumn as usize) * pixel;
        const rows = (endRow - firstRow) as u32;
        const columns = (endColumn - firstColumn) as u32;
        let at: usize = 0;
        for (; at + 16 <= pixel; at += 16) {
          fourChannels(x + corner + at, dx + corner + at, dy + at, rows, columns, line, pixel);
        }
        for (; at < pixel; at += 4) oneChannel(x + corner + at, dx + corner + at, dy + at, rows, columns, line, pixel);
      }
    }
  }
}

function fourChannels(x: usize, dx: usize, dy: usize, rows: u32, columns: u32, line: usize, pixel: usize): void {
  // NaN is larger than nothing: as the first value it is the largest, as a later one it is not.
  let largest = v128.load(x);
  let places = i32x4.splat(0);
  let place: i32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    let from = x + (row as usize) * line;
    for (let column: u32 = 0; column < columns; column++, place++, from += pixel) {
      const value = v128.load(from);
      const larger = f32x4.gt(value, largest);
      largest = v128.bitselect(value, largest, larger);
      places = v128.bitselect(i32x4.splat(place), places, larger);
    }
  }
  const gradient = v128.load(dy);
  place = 0;
  for (let row: u32 = 0; row < rows; row++) {
    let to = dx + (row as usize) * line;
    for (let column: u32 = 0; column < columns; column++, place++, to += pixel) {
      const own = v128.and(gradient, i32x4.eq(places, i32x4.splat(place)));
      v128.store(to, f32x4.add(v128.load(to), own));
    }
  }
}

function oneChannel(x: usize, dx: usize, dy: usize, rows: u32, columns: u32, line: usize, pixel: usize): void {
  let largest = load<f32>(x);
  let place: usize = 0;
  for (let row: u32 = 0; row < rows; row++) {
    let offset = (row as usize) * line;
    for (let column: u32 = 0; column < columns; column++, offset += pixel) {
      const value = load<f32>(x + offset);
      if (value > largest) {
        largest = value;
        place = offset;
      }
    }
  }
  store<f32>(dx + place, load<f32>(dx + place) + load<f32>(dy));
}
