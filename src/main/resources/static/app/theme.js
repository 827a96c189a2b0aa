import { icon } from './icons.js';
import { local, remember } from './storage.js';

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
    remember(local, 'sluice.theme', root.dataset.theme);
    show();
  });
  system.addEventListener('change', show);
  show();
}
