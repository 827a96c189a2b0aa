import { el } from './dom.js';

/**
 * Asks before something is done. Resolves to true, or to the text where `value` is given; to null if it was dismissed.
 * The browser keeps the focus inside and gives it back.
 */
export function ask({ title, text, label, value, confirm, danger = false }) {
  return new Promise((resolve) => {
    const input = value === undefined ? null
      : el('input', { class: 'input', id: 'dialog-input', maxlength: 200, autocomplete: 'off', required: true, value });
    const dialog = el('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' },
      el('form', { method: 'dialog' },
        el('h2', { id: 'dialog-title' }, title),
        text && el('p', {}, text),
        input && el('div', { class: 'field' }, el('label', { for: 'dialog-input' }, label), input),
        el('div', { class: 'row' },
          el('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Cancel'),
          el('button', { class: danger ? 'button danger' : 'button primary', value: 'yes' }, confirm))));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? (input ? input.value.trim() : true) : null);
    });
    document.body.append(dialog);
    dialog.showModal();
    input?.select();
  });
}
