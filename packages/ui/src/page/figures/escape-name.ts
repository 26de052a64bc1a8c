/** The name of an axis in a list of the address, whose parts have `;` between them. */
export function escapeName(name: string): string {
  return name.replaceAll('%', '%25').replaceAll(';', '%3B');
}

export function unescapeName(text: string): string {
  return text.replaceAll('%3B', ';').replaceAll('%25', '%');
}
