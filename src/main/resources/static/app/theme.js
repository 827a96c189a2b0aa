import { icon } from './icons.js';

const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');

const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';

/** Makes a button that changes between light and dark. */
export function themeButton(button) {
  const show = () => {
    const label = isDark() ? 'Use the light theme' : 'Use the dark theme';
    button.replaceChildren(icon(isDark() ? 'sun' : 'moon'));
    button.setAttribute('aria-label', label);
    button.title = label;
  };
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem('sluice.theme', root.dataset.theme);
    } catch {
      // It holds until the page is left.
    }
    show();
  });
  system.addEventListener('change', show);
  show();
}
