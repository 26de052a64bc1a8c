/** Breaks a sentence between words into lines of at most so many characters; a longer word has a line of its own. */
export function wrapWords(text: string, characters: number): string[] {
  const [first = '', ...words] = text.split(' ');
  const lines = [first];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= characters) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
