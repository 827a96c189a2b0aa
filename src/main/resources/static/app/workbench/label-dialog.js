import { el, fill } from '../dom.js';
import { call } from '../rest.js';
import { clearMarks, field, markField, numberInput, select, textInput } from './fields.js';
import { button, iconButton, problemNotice } from './notice.js';
import { describe, versionsOf } from './targets.js';

/**
 * Sets a label, or moves one, to a version or to several with weights. What it points to when the dialog opens is expected still
 * to be so when it is set. Resolves to true if it was set.
 *
 * @param label null for a new one
 */
export function askForLabel({ name, label, target, versions }) {
  return new Promise((resolve) => {
    let expected = expectationOf(target);
    let set = false;
    const numbers = versions.map(({ version }) => [String(version), `v${version}`]);
    const labelName = textInput(label ?? '', { spellcheck: 'false', placeholder: 'production', required: true });
    const notice = el('div', {});
    const rows = el('ul', { class: 'shares' });
    const confirm = el('button', { class: 'button primary' }, label ? 'Move' : 'Set');
    const form = el('form', { novalidate: true, onsubmit: submit },
      el('h2', { id: 'label-title' }, label ? `Move ${label}` : 'Set a label'),
      !label && field('label', 'Label', labelName, { hint: 'Small letters and digits, joined by “-”; “production” is what requests get that name none' }),
      rows,
      button('Share with another version', add, { sign: 'plus' }),
      notice,
      el('div', { class: 'row' }, button('Cancel', () => dialog.close()), confirm));
    const dialog = el('dialog', { class: 'dialog label-dialog', 'aria-labelledby': 'label-title' }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(set);
    });

    for (const version of target ? versionsOf(target) : [versions[0].version]) {
      rows.append(row(version, target?.weights?.[version] ?? 100));
    }
    show();
    document.body.append(dialog);
    dialog.showModal();
    (label ? rows.querySelector('select') : labelName).focus();

    function row(version, weight) {
      const which = select(numbers, String(version));
      const share = numberInput(weight, { min: 1, step: 1, inputmode: 'numeric' });
      const item = el('li', {}, field('version', 'Version', which), field('weights', 'Weight', share),
        iconButton('close', 'Remove this version', () => {
          item.remove();
          show();
          rows.querySelector('select').focus();
        }));
      which.addEventListener('input', show);
      share.addEventListener('input', show);
      return item;
    }

    function add() {
      if (rows.children.length === 1) {
        rows.querySelector('input').value = 90;
      }
      const used = shares().map(([version]) => version);
      const other = numbers.map(([version]) => version).find((version) => !used.includes(version)) ?? numbers[0][0];
      const added = row(other, 10);
      rows.append(added);
      show();
      added.querySelector('select').focus();
    }

    function shares() {
      return [...rows.children].map((item) => [item.querySelector('select').value, Number(item.querySelector('input').value)]);
    }

    function show() {
      const alone = rows.children.length === 1;
      const sum = shares().reduce((total, [, weight]) => total + weight, 0);
      for (const item of rows.children) {
        const [version, weight] = item.querySelectorAll('.field');
        const number = version.querySelector('select').value;
        weight.hidden = alone;
        item.querySelector('.icon-button').hidden = alone;
        weight.dataset.path = `weights.${number}`;
        const share = Number(weight.querySelector('input').value) / sum;
        weight.querySelector('label').textContent = share > 0 && share <= 1 ? `Weight, ${Math.round(share * 1000) / 10} %` : 'Weight';
      }
    }

    async function submit(event) {
      event.preventDefault();
      clearMarks(form);
      const list = shares();
      const twice = list.find(([version], i) => list.findIndex(([other]) => other === version) !== i);
      if (!label && !labelName.value.trim()) {
        markField(form, 'label', 'A label needs a name.');
      } else if (twice) {
        fill(notice, el('p', { class: 'wrong', role: 'alert' }, `Version ${twice[0]} is there twice.`));
      } else {
        await put(list.length === 1 ? { version: Number(list[0][0]) } : { weights: Object.fromEntries(list) });
      }
    }

    async function put(wanted) {
      const chosen = label ?? labelName.value.trim();
      confirm.disabled = true;
      try {
        await call('PUT', `v1/templates/${name}/labels/${encodeURIComponent(chosen)}`, { ...wanted, expected });
        set = true;
        dialog.close();
      } catch (error) {
        confirm.disabled = false;
        await refused(error, chosen);
      }
    }

    async function refused(error, chosen) {
      const { code, field: path, detail } = error.problem ?? {};
      if (code === 'conflict' && path === 'expected') {
        const { labels } = await call('GET', `v1/templates/${name}`);
        expected = expectationOf(labels[chosen]);
        fill(notice, el('div', { class: 'notice problem', role: 'alert' }, el('div', {},
          el('p', { class: 'what' }, 'Somebody was faster'),
          el('p', {}, labels[chosen] ? `${chosen} points to ${describe(labels[chosen])} now.` : `${chosen} is gone.`, ' Press again to set it all the same.'))));
        confirm.focus();
      } else if (!path || !markField(form, path, detail)) {
        fill(notice, problemNotice(error));
      }
    }
  });
}

/** As the service wants it: a version, an object of weights, or null for nothing. */
const expectationOf = (target) => (!target ? null : target.weights ? { weights: target.weights } : target.version);
