import { announce, el, fill } from '../dom.js';
import { checkbox, field, mark, numberInput, select, textArea, textInput } from './fields.js';
import { button, iconButton } from './notice.js';

const TYPES = [['string', 'Text'], ['number', 'Number'], ['boolean', 'Yes or no'], ['enum', 'One of some'], ['list', 'List'], ['object', 'Object']];
const JSON_TYPES = ['list', 'object', 'boolean', 'number'];
const LONG = ['string', 'list', 'object'];

/** What a template says of its variables, as a form of rows or as the JSON that it is. */
export class SchemaEditor {
  #rows = [];
  #changed;
  #list = el('ul', { class: 'rows' });
  #json = textArea('', { class: 'input growing code', rows: 8, spellcheck: 'false' });
  #jsonField = field('variables', 'Variables in JSON', this.#json);
  #form = el('div', { class: 'sheet-body' });
  #add = button('Add a variable', () => this.#append(), { sign: 'plus' });
  #switch = button('Edit as JSON', () => this.#toggle(), { 'aria-pressed': 'false' });

  constructor(changed) {
    this.#changed = changed;
    fill(this.#form, this.#list, this.#add);
    this.element = el('section', { class: 'sheet', 'aria-labelledby': 'variables-title' },
      el('div', { class: 'sheet-head' }, el('h3', { id: 'variables-title' }, 'Variables'), this.#switch),
      this.#form, this.#jsonField);
    this.#jsonField.hidden = true;
  }

  set value(variables) {
    this.#rows = Object.entries(variables).map(([name, variable]) => this.#row(name, variable));
    fill(this.#list, this.#rows.map(({ element }) => element));
    this.#json.value = JSON.stringify(variables, null, 2);
  }

  /** As far as it is JSON: what is not is left to `check`. */
  get value() {
    return this.#isJson ? (parsed(this.#json.value) ?? {}) : Object.fromEntries(this.#rows.map((row) => [row.name, row.value()]));
  }

  /** Marks what the service could not even be asked about; false if there is something. */
  check() {
    if (this.#isJson) {
      const wrong = parsed(this.#json.value) === undefined;
      mark(this.#jsonField, wrong ? 'This is not a JSON object.' : null);
      wrong && this.#json.focus();
      return !wrong;
    }
    const names = this.#rows.map(({ name }) => name);
    const wrong = this.#rows.find(({ name }, i) => name === '' || names.indexOf(name) !== i);
    wrong?.markName(wrong.name === '' ? 'A variable needs a name.' : 'There is another one of this name.');
    return !wrong;
  }

  get #isJson() {
    return !this.#jsonField.hidden;
  }

  #toggle() {
    if (!this.check()) {
      return;
    }
    this.value = this.value;
    const json = !this.#isJson;
    this.#jsonField.hidden = !json;
    this.#form.hidden = json;
    this.#switch.setAttribute('aria-pressed', json);
    if (json) {
      this.#json.focus();
    }
  }

  #append() {
    const row = this.#row('', { type: 'string' });
    this.#rows.push(row);
    this.#list.append(row.element);
    this.#changed();
    row.focus();
  }

  #row(givenName, given) {
    const name = textInput(givenName, { spellcheck: 'false', maxlength: 64 });
    const type = select(TYPES, given.type ?? 'string');
    const description = textInput(given.description);
    const required = checkbox(given.required ?? given.default === undefined);
    const trusted = checkbox(given.trusted === true);
    const shown = given.default === undefined ? '' : typeof given.default === 'string' ? given.default : JSON.stringify(given.default);
    const byDefault = textInput(shown);
    const length = numberInput(given.maxLength, { min: 1, step: 1, inputmode: 'numeric', placeholder: '16,000' });
    const values = textArea((given.values ?? []).join('\n'), { rows: 2 });
    const at = (part) => `variables.${name.value}${part}`;
    const fields = [
      ['', field('', 'Name', name)],
      ['.type', field('', 'Type', type)],
      ['.description', field('', 'Description', description, { wide: true })],
      ['.default', field('', 'Default', byDefault)],
      ['.maxLength', field('', 'Most characters', length)],
      ['.values', field('', 'Values, one a line', values, { wide: true })],
      ['.required', field('', 'Must be given', required, { check: true })],
      ['.trusted', field('', 'Trusted: inserted without a fence', trusted, { check: true })],
    ];
    const remove = iconButton('trash', 'Remove', () => this.#remove(row));
    const element = el('li', { class: 'row-card' }, el('div', { class: 'row-tools' }, remove), fields.map(([, control]) => control));
    const show = () => {
      for (const [part, control] of fields) {
        control.dataset.path = at(part);
      }
      fields[4][1].hidden = !LONG.includes(type.value);
      fields[5][1].hidden = type.value !== 'enum';
      // What has a default need not be given.
      required.disabled = byDefault.value !== '';
      required.checked &&= byDefault.value === '';
      remove.setAttribute('aria-label', `Remove ${name.value || 'this variable'}`);
    };
    element.addEventListener('input', show);
    show();
    const row = {
      element,
      get name() {
        return name.value.trim();
      },
      focus: () => name.focus(),
      markName(text) {
        mark(fields[0][1], text);
        name.focus();
      },
      value() {
        const same = type.value === given.type;
        // What nobody touched stays as it was, such as a default that is an empty text.
        const { type: _, required: _r, default: was, maxLength: _m, values: _v, trusted: _t, description: _d, ...unknown } = given;
        const standard = same && byDefault.value === shown ? was : defaultOf(type.value, byDefault.value);
        return {
          type: type.value,
          required: required.checked,
          ...(standard !== undefined && { default: standard }),
          ...(LONG.includes(type.value) && length.value !== '' && { maxLength: Number(length.value) }),
          ...(type.value === 'enum' && { values: values.value.split('\n').map((line) => line.trim()).filter(Boolean) }),
          ...(trusted.checked && { trusted: true }),
          ...(description.value.trim() && { description: description.value.trim() }),
          ...unknown,
        };
      },
    };
    return row;
  }

  #remove(row) {
    const at = this.#rows.indexOf(row);
    this.#rows.splice(at, 1);
    row.element.remove();
    this.#changed();
    (this.#rows[at] ?? this.#rows[at - 1])?.focus() ?? this.#add.focus();
    announce('Removed');
  }
}

function defaultOf(type, text) {
  if (text === '') {
    return undefined;
  }
  if (JSON_TYPES.includes(type)) {
    try {
      return JSON.parse(text);
    } catch {
      // The service says what it should be.
    }
  }
  return text;
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
