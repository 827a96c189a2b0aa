import { copyText } from '../clipboard.js';
import { el } from '../dom.js';
import { icon } from '../icons.js';

/** What a person asked: their text as it is, and the template that framed it. */
export class Question {
  constructor({ text, template, variables, content }, actions) {
    this.text = text;
    const others = (content ?? []).filter(({ type }) => type !== 'text').map((part) => part.name ?? part.type);
    const button = (name, label, onclick) =>
      el('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick }, icon(name));
    this.footer = el('footer', { class: 'turn-footer' }, el('div', { class: 'actions' },
      button('copy', 'Copy your message', (event) => copyText(this.text, event.currentTarget)),
      button('edit', 'Edit and ask again in a copy', () => actions.edit())));
    this.element = el('article', { class: 'turn question', 'aria-label': 'You' },
      el('div', { class: 'bubble' },
        template && el('p', { class: 'chip' }, `Template ${template.name}`),
        Object.keys(variables ?? {}).length > 0 && el('dl', { class: 'given' }, Object.entries(variables).map(([name, value]) =>
          el('div', {}, el('dt', {}, name), el('dd', {}, typeof value === 'string' ? value : JSON.stringify(value))))),
        text && el('p', { class: 'text', dir: 'auto' }, text),
        others.map((name) => el('p', { class: 'chip' }, name))),
      this.footer);
  }
}
