import { el } from '../dom.js';

const KINDS = { '+': ['ins', 'Added: '], '-': ['del', 'Removed: '] };

/** The fields that differ between two versions, as the service tells them. */
export function diffView(changes) {
  return el('div', { class: 'diff' }, changes.map(({ field, from, to, diff }) =>
    el('section', {}, el('h4', {}, field), diff ? lines(diff) : values(from, to))));
}

function lines(diff) {
  return el('pre', { tabindex: 0, 'aria-label': 'Lines that differ' }, diff.trimEnd().split('\n').map((line) => {
    const [tag, said] = KINDS[line[0]] ?? ['span'];
    return el(tag, { class: line.startsWith('@@') ? 'place' : 'line' }, said && el('span', { class: 'visually-hidden' }, said), `${line}\n`);
  }));
}

function values(from, to) {
  const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  const side = (tag, said, value) => value !== null && value !== undefined
    && el(tag, { class: 'line' }, el('span', { class: 'visually-hidden' }, said), `${text(value)}\n`);
  return el('pre', { tabindex: 0, 'aria-label': 'Values that differ' }, side('del', 'Removed: ', from), side('ins', 'Added: ', to));
}
