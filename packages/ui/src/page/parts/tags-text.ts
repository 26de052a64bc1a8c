/** Tags as a person edits them. A tag has no spaces. */
export function formatTags(tags: readonly string[]): string {
  return tags.join(', ');
}

export function parseTags(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/))].filter((tag) => tag !== '');
}
