/**
 * Reserves stdout for the one object of `--json`: other output, such as a config's console.log, goes to stderr.
 * @returns a function that releases stdout
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
