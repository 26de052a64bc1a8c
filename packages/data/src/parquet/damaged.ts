/** A Parquet file that cannot be read. The message fits after its name: `is damaged: …`. */
export class UnreadableParquet extends Error {
  override readonly name = 'UnreadableParquet';
}

export function damaged(how: string): UnreadableParquet {
  return new UnreadableParquet(`is damaged: ${how}`);
}
