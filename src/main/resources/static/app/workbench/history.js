import { ask } from '../dialog.js';
import { announce, el, fill } from '../dom.js';
import { call, get } from '../rest.js';
import { diffView } from './diff.js';
import { field, select, setOptions } from './fields.js';
import { askForLabel } from './label-dialog.js';
import { button, problemNotice } from './notice.js';
import { describe, labelsOf, when } from './targets.js';

/** The labels and the versions of a template, and what is different between two of them. */
export class History {
  #changed;
  #template = null;
  #versions = [];

  #notice = el('div', { class: 'notices' });
  #labels = el('ul', { class: 'labels' });
  #list = el('ol', { class: 'versions', reversed: true });
  #from = select([''], '', { onchange: () => this.#compare() });
  #to = select([''], '', { onchange: () => this.#compare() });
  #diff = el('div', { 'aria-live': 'polite' });
  #set = button('Set a label', () => this.#move(null), { sign: 'plus' });

  /** @param changed told when a label was set or removed; resolves when it is shown */
  constructor(changed) {
    this.#changed = changed;
    this.element = el('div', { class: 'history' }, this.#notice,
      el('section', { class: 'sheet', 'aria-labelledby': 'labels-title' },
        el('div', { class: 'sheet-head' }, el('h3', { id: 'labels-title' }, 'Labels'), this.#set), this.#labels),
      el('section', { class: 'sheet', 'aria-labelledby': 'versions-title' }, el('h3', { id: 'versions-title' }, 'Versions'), this.#list),
      el('section', { class: 'sheet', 'aria-labelledby': 'diff-title' }, el('h3', { id: 'diff-title' }, 'What changed'),
        el('div', { class: 'grid' }, field('from', 'From', this.#from), field('to', 'To', this.#to)), this.#diff));
  }

  show(template, versions) {
    const fresh = template.name !== this.#template?.name || template.version !== this.#template.version;
    this.#template = template;
    this.#versions = versions;
    fill(this.#notice);
    const labels = Object.entries(template.labels);
    fill(this.#labels, labels.map(([label, target]) => el('li', {},
      el('strong', {}, label), el('span', { class: 'target' }, describe(target)),
      button('Move', () => this.#move(label), { 'aria-label': `Move ${label}`, dataset: { label } }),
      button('Remove', () => this.#remove(label), { 'aria-label': `Remove ${label}` }))),
    labels.length === 0 && el('li', { class: 'hint' }, 'None: requests get the latest version.'));
    fill(this.#list, versions.map(({ version, description, author, createdAt }) => el('li', { value: version },
      el('strong', {}, `v${version}`), el('span', { class: 'chips' }, labelsOf(template.labels, version).map((label) => el('span', { class: 'chip label' }, label))),
      el('span', { class: 'by' }, `${author} · ${when(createdAt)}`), description && el('span', { class: 'about' }, description))));
    if (fresh) {
      const options = versions.map(({ version }) => [String(version), `v${version}`]);
      setOptions(this.#from, options, String(Math.max(1, template.version - 1)));
      setOptions(this.#to, options, String(template.version));
      this.#compare();
    }
  }

  async #compare() {
    const [name, from, to] = [this.#template.name, this.#from.value, this.#to.value];
    if (from === to) {
      fill(this.#diff, el('p', { class: 'hint' }, 'Choose two versions.'));
      return;
    }
    try {
      const { changes } = await get(`v1/templates/${name}/diff?from=${from}&to=${to}`);
      if (name === this.#template.name && from === this.#from.value && to === this.#to.value) {
        fill(this.#diff, changes.length > 0 ? diffView(changes) : el('p', { class: 'hint' }, 'They are the same.'));
      }
    } catch (error) {
      fill(this.#diff, problemNotice(error));
    }
  }

  async #move(label) {
    const { name, labels } = this.#template;
    if (await askForLabel({ name, label, target: label ? labels[label] : null, versions: this.#versions })) {
      await this.#changed();
      announce(label ? `${label} is moved` : 'The label is set');
      ([...this.#labels.querySelectorAll('[data-label]')].find((one) => one.dataset.label === label) ?? this.#set).focus();
    }
  }

  async #remove(label) {
    const { name, labels } = this.#template;
    const target = labels[label];
    if (!await ask({ title: `Remove ${label}?`, text: `It points to ${describe(target)}. Requests that name it will be refused`
      + `${label === 'production' ? ', and those that name none get the latest version' : ''}.`, confirm: 'Remove', danger: true })) {
      return;
    }
    try {
      await call('DELETE', `v1/templates/${name}/labels/${encodeURIComponent(label)}${target.version ? `?expected=${target.version}` : ''}`);
      await this.#changed();
      announce(`${label} is removed`);
      this.#set.focus();
    } catch (error) {
      await this.#changed();
      fill(this.#notice, problemNotice(error));
    }
  }
}
