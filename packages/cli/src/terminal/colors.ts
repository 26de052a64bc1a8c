import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours for a terminal, unless NO_COLOR is set: https://no-color.org */
export function colorsFor(stream: { readonly isTTY?: boolean }): Colors {
  return picocolors.createColors(wantsColors(stream, process.env));
}

export function wantsColors(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}
