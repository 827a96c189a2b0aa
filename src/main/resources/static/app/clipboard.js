import { announce, el, fill } from './dom.js';
import { icon } from './icons.js';

/** Puts a text onto the clipboard, and says so on the button for a moment. */
export async function copyText(text, button) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {
    copyWithoutPermission(text);
  }
  announce('Copied');
  const before = [...button.childNodes];
  fill(button, icon('check'), before.slice(1).map((words) => words.cloneNode(true)));
  setTimeout(() => fill(button, before), 1600);
}

/** Browsers keep the clipboard from pages that do not come over TLS; the old way still works there. */
function copyWithoutPermission(text) {
  const area = el('textarea', { class: 'visually-hidden', 'aria-hidden': 'true' });
  const focused = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
  focused?.focus();
}
