import { el, fill } from '../dom.js';
import { get } from '../rest.js';
import { variablesForm } from '../variables.js';
import { Contender } from './contender.js';
import { button, note, problemNotice } from './notice.js';
import { compareWords } from './words.js';

/** Dry runs and runs of what is saved: one version or label beside another one, with the same values. */
export class Trial {
  #template = null;
  #versions = new Map();
  #form = null;
  #shown = 0;

  #warning = el('div', {});
  #notice = el('div', { class: 'notices' });
  #frame = el('div', { class: 'sheet' });
  #first = new Contender('First', this.#actionsOf(() => this.#first));
  #second = new Contender('Second', { optional: true, ...this.#actionsOf(() => this.#second) });
  #run = button('Run', () => this.#runAll(), { sign: 'play', kind: 'primary' });
  #render = button('Dry run', () => this.#renderAll());
  #compare = button('Mark the differences', () => this.#mark(), { hidden: true });
  #bar = el('div', { class: 'bar' }, this.#render, this.#run, this.#compare);
  #difference = el('section', { class: 'difference', 'aria-label': 'Differences', hidden: true });

  constructor() {
    this.element = el('div', { class: 'trial' }, this.#warning, this.#notice,
      el('section', { 'aria-labelledby': 'values-title' }, el('h3', { id: 'values-title' }, 'Values'), this.#frame),
      this.#bar,
      this.#difference,
      el('div', { class: 'contenders' }, this.#first.element, this.#second.element));
    this.element.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
        event.preventDefault();
        this.#runAll();
      }
    });
  }

  show(template, versions, { models }, toEditor) {
    const fresh = template.name !== this.#template?.name;
    if (fresh || template.updatedAt !== this.#template.updatedAt) {
      this.#template = template;
      if (fresh) {
        this.#form = null;
        this.#versions.clear();
      }
      fill(this.#notice);
      const previous = template.version > 1 ? `version ${template.version - 1}` : '';
      this.#first.offer(template, versions, models, template.labels.production ? 'label production' : 'label latest');
      const latest = `version ${template.version}`;
      this.#second.offer(template, versions, models, this.#first.versions.includes(template.version) ? previous : latest);
      this.#showForm();
    }
    this.warn(toEditor);
  }

  /** Says so if there is something that is not saved, as nothing of it is run here. */
  warn(toEditor) {
    fill(this.#warning, toEditor && note('There are changes that are not saved. What is run here is what is saved.', button('To the editor', toEditor)));
  }

  /** Ends what runs. */
  leave() {
    this.#first.stop();
    this.#second.stop();
  }

  #actionsOf(contender) {
    return {
      chosen: () => this.#showForm(),
      again: () => this.#each([contender()], (one, values) => one.run(values)),
      changed: () => this.#show(),
      refused: (problem) => Boolean(problem.field && this.#form.mark(problem.field, problem.detail)),
    };
  }

  get #contenders() {
    return [this.#first, this.#second].filter((one) => one.isThere);
  }

  /** A form for the variables of all versions that may be run. */
  async #showForm() {
    const shown = ++this.#shown;
    const wanted = [...new Set(this.#contenders.flatMap(({ versions }) => versions))];
    try {
      const contents = await Promise.all(wanted.map((version) => this.#version(version)));
      if (shown !== this.#shown) {
        return;
      }
      const variables = Object.assign({}, ...contents.toReversed().map((content) => content.variables));
      this.#form = variablesForm(variables, this.#form?.values(), 'trial');
      fill(this.#frame, this.#form.isEmpty ? el('p', { class: 'hint' }, 'This template has no variables.') : this.#form.element);
    } catch (error) {
      fill(this.#notice, problemNotice(error));
    }
  }

  async #version(number) {
    if (!this.#versions.has(number)) {
      this.#versions.set(number, await get(`v1/templates/${this.#template.name}/versions/${number}`));
    }
    return this.#versions.get(number);
  }

  #runAll() {
    this.#each(this.#contenders, (one, values) => one.run(values));
  }

  #renderAll() {
    this.#each(this.#contenders, (one, values) => one.render(values));
  }

  /** Each gets the values that its version has variables for: others would be refused. */
  #each(contenders, action) {
    if (!this.#form?.check() || !contenders.every((one) => one.check())) {
      return;
    }
    this.#hideDifference();
    this.#bar.scrollIntoView();
    contenders.filter(({ isRunning }) => !isRunning).forEach((one) => {
      const known = new Set(one.versions.flatMap((version) => Object.keys(this.#versions.get(version).variables)));
      action(one, Object.fromEntries(Object.entries(this.#form.values()).filter(([name]) => known.has(name))));
    });
  }

  #show() {
    const running = this.#contenders.some(({ isRunning }) => isRunning);
    this.#run.setAttribute('aria-disabled', running);
    fill(this.#run, this.#run.firstChild, this.#second.isThere ? 'Run both' : 'Run');
    this.#compare.hidden = this.#contenders.length < 2 || !this.#contenders.every(({ text }) => text);
    if (this.#compare.hidden) {
      this.#hideDifference();
    }
  }

  #hideDifference() {
    this.#difference.hidden = true;
  }

  #mark() {
    const [one, other] = [this.#first.text, this.#second.text];
    const marked = one === other ? null : compareWords(one, other);
    fill(this.#difference, el('h3', {}, 'Differences'),
      marked ? el('div', { class: 'contenders' }, marked)
        : el('p', { class: 'hint' }, one === other ? 'The answers are the same.' : 'The answers are too long to be compared word by word.'));
    this.#difference.hidden = false;
    this.#difference.tabIndex = -1;
    this.#difference.focus();
  }
}
