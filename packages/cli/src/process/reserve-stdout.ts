/**
 * Keeps stdout free for the one object that `--json` promises: until it is released, what anybody writes there,
 * a config's console.log for example, goes to stderr.
 * @returns gives stdout back
 */
export function reserveStdout(): () => void {
  const { stdout, stderr } = process;
  const write = stdout.write;
  const elsewhere = stderr.write.bind(stderr);
  stdout.write = elsewhere;
  return () => {
    if (stdout.write === elsewhere) stdout.write = write;
  };
}
