/** Whether a terminal with this environment shows characters beyond ASCII, by the locale of its text. */
export function showsUnicode(env: Readonly<Record<string, string | undefined>>, platform = process.platform): boolean {
  // The Linux console has 512 characters, and no braille.
  if (env.TERM === 'linux' || env.TERM === 'dumb') return false;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  if (locale === '') return platform === 'win32' || platform === 'darwin';
  return /utf-?8/i.test(locale);
}
