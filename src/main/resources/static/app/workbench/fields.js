import { el } from '../dom.js';

let made = 0;

/**
 * A control with its label. Where the service finds fault with what is in it is `path`, in the service's words
 * ("parameters.maxTokens"): see `markField`.
 */
export function field(path, label, control, { hint, check = false, wide = false } = {}) {
  const id = `field-${++made}`;
  control.id = id;
  control.setAttribute('aria-describedby', `${id}-hint ${id}-wrong`);
  const name = el('label', { for: id }, label);
  const wrong = el('p', { id: `${id}-wrong`, class: 'wrong', hidden: true });
  const element = el('div', { class: ['field', check && 'check', wide && 'wide'].filter(Boolean).join(' '), dataset: { path } },
    check ? [control, name] : [name, control], el('p', { id: `${id}-hint`, class: 'hint', hidden: !hint }, hint ?? ''), wrong);
  control.addEventListener('input', () => mark(element, null));
  return element;
}

export const textInput = (value = '', properties = {}) => el('input', { class: 'input', type: 'text', autocomplete: 'off', value, ...properties });

export const numberInput = (value, properties = {}) => el('input', { class: 'input', type: 'number', inputmode: 'decimal', step: 'any', value, ...properties });

export function textArea(value = '', properties = {}) {
  const area = el('textarea', { class: 'input growing', rows: 3, ...properties });
  area.value = value;
  return area;
}

export function checkbox(checked) {
  const box = el('input', { type: 'checkbox', class: 'checkbox' });
  box.checked = checked;
  return box;
}

/** @param options texts, or pairs of a value and what is shown for it */
export function select(options, value = '', properties = {}) {
  const choice = el('select', { class: 'input', ...properties });
  setOptions(choice, options, value);
  return choice;
}

/** A value that is not among the options stays one. */
export function setOptions(choice, options, value) {
  const pairs = options.map((option) => (Array.isArray(option) ? option : [option, option]));
  const known = pairs.some(([one]) => one === value);
  choice.replaceChildren(...[...pairs, ...(known ? [] : [[value, value]])].map(([one, text]) => el('option', { value: one }, text)));
  choice.value = value;
}

export function mark(element, text) {
  const wrong = element.querySelector('.wrong');
  wrong.textContent = text ?? '';
  wrong.hidden = !text;
  element.querySelector('.input, .checkbox').setAttribute('aria-invalid', Boolean(text));
}

export function clearMarks(form) {
  form.querySelectorAll('[data-path]').forEach((element) => mark(element, null));
}

/** Says what is wrong at the field that is meant, or at the one nearest to it; false if there is none. */
export function markField(form, path, text) {
  const fields = [...form.querySelectorAll('[data-path]')].filter((element) => element.checkVisibility());
  const near = (element) => path === element.dataset.path || below(path, element.dataset.path);
  const meant = fields.filter(near).sort((one, other) => other.dataset.path.length - one.dataset.path.length)[0]
    ?? fields.find((element) => below(element.dataset.path, path));
  if (meant) {
    mark(meant, text);
    meant.querySelector('.input, .checkbox').focus();
  }
  return Boolean(meant);
}

const below = (path, parent) => path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
