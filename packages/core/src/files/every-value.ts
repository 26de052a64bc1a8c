/** A loop without copies: of ten thousand runs every value is looked at. */
export function everyValue(object: object, holds: (value: unknown) => boolean): boolean {
  for (const name in object) if (!holds((object as Record<string, unknown>)[name])) return false;
  return true;
}
