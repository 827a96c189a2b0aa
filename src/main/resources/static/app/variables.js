import { el } from './dom.js';

/**
 * A form out of the schema of a template's variables. Returns the `element`, `values()`, `problems()` as the browser
 * can tell them, `mark(field, text)` for what the service found fault with, and `focus()`. Ids begin with `prefix`, as another
 * section may show the same variables.
 */
export function variablesForm(variables, given = {}, prefix = 'variable') {
  const fields = Object.entries(variables ?? {}).map(([name, variable]) => field(name, variable, Object.hasOwn(given, name) ? given[name] : undefined, `${prefix}-${name}`));
  return {
    element: el('div', { class: 'variables' }, fields.map(({ element }) => element)),
    isEmpty: fields.length === 0,
    values() {
      return Object.fromEntries(fields.map(({ name, value }) => [name, value()]).filter(([, value]) => value !== undefined));
    },
    check() {
      fields.forEach((entry) => entry.mark(entry.fault()));
      const first = fields.find((entry) => entry.fault());
      first?.control.focus();
      return !first;
    },
    mark(path, text) {
      const found = fields.find(({ name }) => path === `variables.${name}` || path?.startsWith(`variables.${name}.`));
      found?.mark(text);
      found?.control.focus();
      return Boolean(found);
    },
    focus() {
      fields[0]?.control.focus();
    },
  };
}

function field(name, variable, given, id) {
  const required = variable.required ?? variable.default === undefined;
  const shared = { id, name, class: 'input', 'aria-describedby': `${id}-hint ${id}-wrong` };
  const initial = given ?? variable.default;
  const control = controlOf(variable, shared, initial, required);
  const wrong = el('p', { id: `${id}-wrong`, class: 'wrong', hidden: true });
  const hint = [variable.description, hintOf(variable)].filter(Boolean).join('. ');
  const check = variable.type === 'boolean';
  const label = el('label', { for: id }, readable(name), !required && !check && el('span', { class: 'optional' }, ' optional'));
  const entry = {
    name,
    control,
    element: el('div', { class: check ? 'field check' : 'field', dataset: { variable: name } },
      check ? [control, label] : [label, control], el('p', { id: `${id}-hint`, class: 'hint', hidden: !hint }, hint), wrong),
    value: () => valueOf(variable, control),
    fault: () => faultOf(variable, control, required),
    mark(text) {
      wrong.textContent = text ?? '';
      wrong.hidden = !text;
      control.setAttribute('aria-invalid', Boolean(text));
    },
  };
  control.addEventListener('input', () => entry.mark(null));
  return entry;
}

function controlOf(variable, shared, initial, required) {
  switch (variable.type) {
    case 'boolean': {
      const box = el('input', { ...shared, type: 'checkbox', class: 'checkbox' });
      box.checked = initial === true;
      return box;
    }
    case 'enum': {
      const options = [...(required ? [] : ['']), ...variable.values];
      const select = el('select', shared, options.map((value) => el('option', { value }, value || '—')));
      select.value = initial ?? options[0];
      return select;
    }
    case 'number':
      return el('input', { ...shared, type: 'number', step: 'any', inputmode: 'decimal', value: initial });
    default: {
      const json = variable.type === 'list' || variable.type === 'object';
      const short = !json && (variable.maxLength ?? 16000) <= 300;
      if (short) {
        return el('input', { ...shared, type: 'text', value: initial, autocomplete: 'off' });
      }
      const area = el('textarea', { ...shared, rows: 3, spellcheck: json ? 'false' : null });
      area.value = json && initial !== undefined ? JSON.stringify(initial, null, 2) : (initial ?? '');
      return area;
    }
  }
}

function hintOf({ type, maxLength }) {
  return { list: 'One element a line, or a list in JSON', object: 'An object in JSON', number: 'A number' }[type]
    ?? (maxLength && type === 'string' ? `At most ${maxLength.toLocaleString('en')} characters` : null);
}

function valueOf({ type }, control) {
  const text = control.value;
  switch (type) {
    case 'boolean': return control.checked;
    case 'number': return text === '' ? undefined : Number(text);
    case 'list': return text.trim() === '' ? undefined : listOf(text);
    case 'object': return text.trim() === '' ? undefined : parsed(text);
    default: return text === '' ? undefined : text;
  }
}

function listOf(text) {
  return text.trim().startsWith('[') ? parsed(text) : text.split('\n').map((line) => line.trim()).filter(Boolean);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function faultOf(variable, control, required) {
  const value = valueOf(variable, control);
  if (control.validity?.badInput) {
    return 'This is not a number.';
  }
  if (value === undefined && control.value.trim() !== '') {
    return 'This is not valid JSON.';
  }
  if (required && value === undefined) {
    return 'This is needed.';
  }
  if (typeof value === 'string' && variable.maxLength && [...value].length > variable.maxLength) {
    return `This is longer than ${variable.maxLength.toLocaleString('en')} characters.`;
  }
  return null;
}

/** "orderNumber" and "order_number" read "Order number". */
function readable(name) {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();
  return words[0].toUpperCase() + words.slice(1);
}
