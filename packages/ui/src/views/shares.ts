/** Importances as shares of their sum, the highest first; null if nothing is important. */
export function shares(found: Readonly<Record<string, number>>): { name: string; importance: number }[] | null {
  const sum = Object.values(found).reduce((total, value) => total + value, 0);
  if (!(sum > 0)) return null;
  return Object.entries(found)
    .map(([name, value]) => ({ name, importance: value / sum }))
    .sort((a, b) => b.importance - a.importance);
}
