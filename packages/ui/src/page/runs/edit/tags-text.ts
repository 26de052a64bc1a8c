/** Tags as a person edits them: separated by commas. */
export function formatTags(tags: readonly string[]): string {
  return tags.join(', ');
}

export function parseTags(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
}
