import { el } from '../dom.js';
import { icon } from '../icons.js';
import { explain } from '../problems.js';

/** Says what went wrong, and what can be done. An error that is no problem of the service is a fault of the page. */
export function problemNotice(error, ...buttons) {
  if (!error.problem) {
    throw error;
  }
  const { title, detail, advice, traceId } = explain(error.problem);
  return el('div', { class: 'notice problem', role: 'alert' }, icon('warning'),
    el('div', {}, el('p', { class: 'what' }, title), detail && el('p', {}, detail), el('p', { class: 'advice' }, advice),
      traceId && el('p', { class: 'trace' }, `Trace id ${traceId}`)), buttons);
}

/** Says something that is no mistake. */
export const note = (text, ...buttons) => el('div', { class: 'notice', role: 'status' }, el('div', {}, el('p', {}, text)), buttons);

export const button = (label, onclick, { sign, kind = '', ...properties } = {}) =>
  el('button', { type: 'button', class: `button ${kind}`.trim(), onclick, ...properties }, sign && icon(sign), label);

export const iconButton = (sign, label, onclick, properties = {}) =>
  el('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...properties }, icon(sign));
