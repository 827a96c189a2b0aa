import { el } from '../dom.js';

const STARTERS = [
  { title: 'Explain', text: 'Explain how a canal lock works, to somebody who has never seen one.' },
  { title: 'Compare', text: 'Compare REST, server-sent events and WebSockets in a table: when does one take which?' },
  { title: 'Write code', text: 'Write a small Java program that counts the words of a text file, and explain it.' },
  { title: 'Plan', text: 'Plan three days in Lisbon for two people who like to walk and eat well.' },
];

/** What is there before a conversation begins. */
export function welcome(choose) {
  return el('div', { class: 'welcome' },
    el('img', { src: 'favicon.svg', alt: '', width: 52, height: 52 }),
    el('h2', {}, 'What would you like to know?'),
    el('p', {}, 'Sluice stands between you and the language models. Answers come as they are written, a lost connection loses nothing of them, '
      + 'and guardrails mask what should not pass.'),
    el('ul', { class: 'starters' }, STARTERS.map(({ title, text }) =>
      el('li', {}, el('button', { type: 'button', onclick: () => choose(text) }, el('strong', {}, title), el('span', {}, text))))));
}
