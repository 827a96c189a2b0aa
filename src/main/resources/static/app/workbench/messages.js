import { announce, el } from '../dom.js';
import { field, select, textArea } from './fields.js';
import { button, iconButton } from './notice.js';

/** The messages of a template, to be written, put in order and removed. */
export class MessagesEditor {
  #rows = el('ol', { class: 'rows' });
  #changed;
  #add = button('Add a message', () => this.#append(), { sign: 'plus' });

  constructor(changed) {
    this.#changed = changed;
    this.element = el('section', { class: 'sheet', 'aria-labelledby': 'messages-title' },
      el('h3', { id: 'messages-title' }, 'Messages'),
      el('p', { class: 'hint' }, 'The user speaks first, then each in turn. A message of the request comes after them.'),
      this.#rows, this.#add);
  }

  set value(messages) {
    this.#rows.replaceChildren(...messages.map((message) => this.#row(message)));
    this.#number();
  }

  get value() {
    return [...this.#rows.children].map((row) => ({ role: row.querySelector('select').value, content: row.querySelector('textarea').value }));
  }

  #row({ role, content }) {
    const row = el('li', { class: 'row-card message-row' });
    const move = (step) => {
      const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
      step < 0 ? other.before(row) : other.after(row);
      this.#number();
      this.#changed();
      const [up, down] = row.querySelectorAll('.row-tools .icon-button');
      (step < 0 ? (up.disabled ? down : up) : (down.disabled ? up : down)).focus();
      announce(`Now message ${[...this.#rows.children].indexOf(row) + 1}`);
    };
    row.append(
      el('div', { class: 'row-tools' }, iconButton('send', 'Move up', () => move(-1)), iconButton('down', 'Move down', () => move(1)),
        iconButton('trash', 'Remove', () => this.#remove(row))),
      field('', 'Role', select([['user', 'User'], ['assistant', 'Assistant']], role)),
      field('', 'Text', textArea(content, { spellcheck: 'true' })));
    return row;
  }

  #append() {
    const last = this.value.at(-1);
    const row = this.#row({ role: last?.role === 'user' ? 'assistant' : 'user', content: '' });
    this.#rows.append(row);
    this.#number();
    this.#changed();
    row.querySelector('textarea').focus();
  }

  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#number();
    this.#changed();
    (next?.querySelector('textarea') ?? this.#add).focus();
    announce('Removed');
  }

  /** Each row's names tell which one it is. */
  #number() {
    const rows = [...this.#rows.children];
    rows.forEach((row, i) => {
      const [role, text] = row.querySelectorAll('.field');
      role.dataset.path = `messages[${i}].role`;
      text.dataset.path = `messages[${i}].content`;
      role.querySelector('label').textContent = `Role of message ${i + 1}`;
      text.querySelector('label').textContent = `Text of message ${i + 1}`;
      const [up, down, remove] = row.querySelectorAll('.row-tools .icon-button');
      up.disabled = i === 0;
      down.disabled = i === rows.length - 1;
      for (const [control, what] of [[up, 'Move up'], [down, 'Move down'], [remove, 'Remove']]) {
        control.setAttribute('aria-label', `${what} message ${i + 1}`);
        control.title = what;
      }
    });
  }
}
