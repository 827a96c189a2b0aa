import { el } from '../dom.js';

/** The chat, in a panel. */
export function mount(panel) {
  panel.append(el('h2', {}, 'What shall we ask?'));
}
