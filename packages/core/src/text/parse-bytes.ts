const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** The bytes of `2000000`, `'2GB'`, `'1.5 GiB'`; undefined for what is no size above 0. */
export function parseBytes(given: unknown): number | undefined {
  if (typeof given === 'number') return given > 0 && Number.isFinite(given) ? given : undefined;
  const parts = typeof given === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(given) : null;
  const unit = parts === null ? undefined : units[parts[2]!.toLowerCase()];
  const bytes = unit === undefined ? 0 : Number(parts![1]) * unit;
  return bytes > 0 ? bytes : undefined;
}
