import { theme } from '../styles/theme.js';

/** Paper is white: a report is printed in the light theme. */
export function printLight(): void {
  let before = theme.value;
  addEventListener('beforeprint', () => {
    before = theme.value;
    theme.value = 'light';
  });
  addEventListener('afterprint', () => {
    theme.value = before;
  });
}
