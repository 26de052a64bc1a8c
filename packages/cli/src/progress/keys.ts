/** Calls back for each key that is pressed on the terminal of stdin. @returns a function that ends it */
export function onKeys(listener: (key: string) => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const receive = (bytes: Buffer) => {
    for (const key of bytes.toString('utf8')) listener(key);
  };
  stdin.setRawMode(true);
  stdin.on('data', receive);
  stdin.resume();
  return () => {
    stdin.off('data', receive);
    stdin.pause();
    stdin.setRawMode(false);
  };
}

export const controlC = '\u0003';
