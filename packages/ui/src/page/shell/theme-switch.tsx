import { chooseTheme, theme, themes } from '../styles/theme.js';

/** Chooses the theme: system, light or dark. */
export function ThemeSwitch() {
  return (
    <label class="theme-switch">
      <span class="only-read">Theme</span>
      <select
        value={theme.value}
        onChange={({ currentTarget }) => chooseTheme(themes.find((name) => name === currentTarget.value)!)}
      >
        {themes.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
