/** The shortest text that reads back as the same number: JSON.stringify and String lose the sign of zero. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
