/** An error's message without the path of its file: `is missing`. */
export function withoutPath(message: string, file: string): string {
  const [before, after] = message.split(`${file} `, 2) as [string, string | undefined];
  return (after === undefined ? before : after).replace(/\.$/, '');
}
