import { effect, signal } from '@preact/signals';

/** The theme that a person chose. */
export type Theme = 'system' | 'light' | 'dark';

export const themes: readonly Theme[] = ['system', 'light', 'dark'];

const key = 'forge-theme';

export const theme = signal<Theme>('system');

/** Shows the chosen theme, and that of the system when it changes. */
export function startTheme(): void {
  const stored = themes.find((name) => name === read());
  if (stored !== undefined) theme.value = stored;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isSystemDark = signal(system.matches);
  system.addEventListener('change', ({ matches }) => {
    isSystemDark.value = matches;
  });
  effect(() => {
    const isDark = theme.value === 'system' ? isSystemDark.value : theme.value === 'dark';
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  });
}

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  try {
    localStorage.setItem(key, chosen);
  } catch {
    // A browser may refuse to store: then the choice lasts as long as the page.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
