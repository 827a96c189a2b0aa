import { ask } from '../dialog.js';
import { announce, el, fill } from '../dom.js';
import { call, get } from '../rest.js';
import { diffView } from './diff.js';
import { drafts } from './drafts.js';
import { checkbox, clearMarks, field, markField, numberInput, select, setOptions, textArea, textInput } from './fields.js';
import { MessagesEditor } from './messages.js';
import { button, note, problemNotice } from './notice.js';
import { SchemaEditor } from './schema.js';
import { labelsOf, when } from './targets.js';

/** What a new template begins with. */
export const BLANK = { messages: [{ role: 'user', content: '' }], variables: {}, parameters: {}, cache: true };

/**
 * The form for what is in a template. Changes are kept in the browser until they are saved, which makes a new version.
 *
 * @param actions `saved()`, and `touched()` when there begin or end to be changes that are not saved
 */
export class Editor {
  #actions;
  #name = null;
  /** The latest version as far as the author knows. */
  #basedOn = 0;
  #versions = [];
  /** The version whose content is there, or was before it was changed. */
  #shown = 0;
  /** What was saved last, until it is shown as what it has become: `{ version, content }`. */
  #kept = null;
  /** What is shown if nobody changes anything. */
  #untouched = '';

  #version = select([], '', { onchange: () => this.#choose(Number(this.#version.value)) });
  #state = el('p', { class: 'state', role: 'status' });
  #save = button('Save', () => this.#submit(), { kind: 'primary' });
  #discard = button('Discard changes', () => this.#throwAway());
  #notice = el('div', { class: 'notices' });
  #description = textInput('', { maxlength: 2000 });
  #system = textArea('', { rows: 6 });
  #messages = new MessagesEditor(() => this.#touch());
  #schema = new SchemaEditor(() => this.#touch());
  #model = select(['']);
  #guardrail = select(['']);
  #maxTokens = numberInput('', { min: 1, step: 1, inputmode: 'numeric', placeholder: 'The model’s own' });
  #temperature = numberInput('', { min: 0, max: 1, placeholder: 'The model’s own' });
  #topP = numberInput('', { min: 0, max: 1, placeholder: 'The model’s own' });
  #stops = textArea('', { rows: 2, spellcheck: 'false' });
  #cache = checkbox(true);
  #form;

  constructor(actions) {
    this.#actions = actions;
    this.#form = el('form', { class: 'editor-form', novalidate: true, oninput: () => this.#touch(), onsubmit: (event) => event.preventDefault() },
      el('section', { class: 'sheet', 'aria-labelledby': 'prompt-title' },
        el('h3', { id: 'prompt-title' }, 'Prompt'),
        el('p', { class: 'hint' }, 'Mustache: {{name}} inserts a variable, {{#name}} … {{/name}} is for lists and for what may be missing.'),
        field('description', 'Description', this.#description),
        field('system', 'System text', this.#system)),
      this.#messages.element,
      this.#schema.element,
      el('section', { class: 'sheet', 'aria-labelledby': 'answer-title' },
        el('h3', { id: 'answer-title' }, 'Model and limits'),
        el('div', { class: 'grid' },
          field('model', 'Model', this.#model),
          field('guardrail', 'Guardrail', this.#guardrail),
          field('parameters.maxTokens', 'Longest answer, in tokens', this.#maxTokens),
          field('parameters.temperature', 'Temperature, 0 to 1', this.#temperature),
          field('parameters.topP', 'Top P, 0 to 1', this.#topP),
          field('parameters.stopSequences', 'Stop sequences', this.#stops, { hint: 'One a line, or a list in JSON' }),
          field('cache', 'The provider may cache the beginning of the prompt', this.#cache, { check: true, wide: true }))));
    this.element = el('div', { class: 'editor' },
      el('div', { class: 'bar' }, field('version', 'Version', this.#version), this.#state, this.#discard, this.#save),
      this.#notice, this.#form);
    this.element.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 's') {
        event.preventDefault();
        this.#submit();
      }
    });
  }

  /**
   * Shows a template, with the changes that somebody made to it in this browser.
   *
   * @param template null for one that is not saved yet
   */
  show(name, template, versions, { models, guardrails }) {
    // What was just saved is there already, and its author may be writing on.
    const kept = name === this.#name && template?.version === this.#kept?.version ? this.#kept : null;
    this.#kept = null;
    this.#name = name;
    this.#versions = versions;
    const draft = drafts.get(name);
    this.#basedOn = draft?.basedOn ?? template?.version ?? 0;
    fill(this.#notice);
    setOptions(this.#model, [['', 'The default one'], ...models], kept ? this.#model.value : '');
    setOptions(this.#guardrail, [['', 'The default one'], ...guardrails], kept ? this.#guardrail.value : '');
    this.#version.closest('.field').hidden = versions.length === 0;
    const labels = template?.labels ?? {};
    setOptions(this.#version, versions.map(({ version, author, createdAt }) =>
      [String(version), [`v${version}`, ...labelsOf(labels, version), author, when(createdAt)].join(' · ')]), String(template?.version ?? ''));
    this.#shown = template?.version ?? 0;
    if (kept) {
      this.#untouched = kept.content;
    } else {
      this.#content = template ?? BLANK;
      this.#untouched = JSON.stringify(this.#content);
      if (draft) {
        this.#content = draft.content;
      }
      if (draft && template) {
        fill(this.#notice, note('These are your changes that are not saved yet. They are kept in this browser only.'
          + (draft.basedOn < template.version ? ` Version ${template.version} came meanwhile.` : '')));
      }
    }
    clearMarks(this.#form);
    this.#tell();
  }

  get isDirty() {
    return drafts.get(this.#name) !== null;
  }

  get #content() {
    const number = (control) => (control.value === '' ? undefined : Number(control.value));
    const text = (control) => (control.value.trim() === '' ? undefined : control.value);
    return {
      description: text(this.#description),
      system: text(this.#system),
      messages: this.#messages.value,
      variables: this.#schema.value,
      model: text(this.#model),
      parameters: { maxTokens: number(this.#maxTokens), temperature: number(this.#temperature), topP: number(this.#topP), stopSequences: lines(this.#stops.value) },
      guardrail: text(this.#guardrail),
      cache: this.#cache.checked,
    };
  }

  set #content({ description, system, messages, variables, model, parameters = {}, guardrail, cache }) {
    this.#description.value = description ?? '';
    this.#system.value = system ?? '';
    this.#messages.value = messages ?? [];
    this.#schema.value = variables ?? {};
    setOptions(this.#model, [...this.#model.options].map(({ value, text }) => [value, text]), model ?? '');
    setOptions(this.#guardrail, [...this.#guardrail.options].map(({ value, text }) => [value, text]), guardrail ?? '');
    this.#maxTokens.value = parameters.maxTokens ?? '';
    this.#temperature.value = parameters.temperature ?? '';
    this.#topP.value = parameters.topP ?? '';
    const stops = parameters.stopSequences ?? [];
    this.#stops.value = stops.some((stop) => stop !== stop.trim() || stop.includes('\n')) ? JSON.stringify(stops) : stops.join('\n');
    this.#cache.checked = cache ?? true;
  }

  #touch() {
    const content = this.#content;
    if (this.#basedOn > 0 && JSON.stringify(content) === this.#untouched) {
      drafts.drop(this.#name);
    } else {
      drafts.keep(this.#name, { basedOn: this.#basedOn, content });
    }
    this.#tell();
  }

  #tell() {
    const dirty = this.isDirty;
    const text = dirty ? 'Not saved' : '';
    if (this.#state.textContent !== text) {
      this.#state.textContent = text;
      this.#actions.touched();
    }
    this.#state.dataset.dirty = dirty;
    this.#discard.hidden = !dirty;
    this.#save.disabled = !dirty;
    this.#save.textContent = `Save as version ${this.#basedOn + 1}`;
  }

  /** Another version, to look at, or to go on from. */
  async #choose(version) {
    const name = this.#name;
    if (this.isDirty && !await ask({ title: 'Discard your changes?', text: 'The version that you chose takes their place.', confirm: 'Discard', danger: true })) {
      this.#version.value = this.#shown;
      return;
    }
    try {
      const template = await get(`v1/templates/${name}/versions/${version}`);
      if (name !== this.#name) {
        return;
      }
      drafts.drop(name);
      this.#basedOn = this.#versions[0].version;
      fill(this.#notice, version !== this.#basedOn && note(`This is version ${version}. Saving it makes version ${this.#basedOn + 1}.`,
        button('Make it the newest', () => this.#takeAsItIs())));
      this.#shown = version;
      this.#content = template;
      this.#untouched = JSON.stringify(this.#content);
      clearMarks(this.#form);
      this.#tell();
    } catch (error) {
      fill(this.#notice, problemNotice(error));
    }
  }

  /** An old version is saved as it is. */
  #takeAsItIs() {
    drafts.keep(this.#name, { basedOn: this.#basedOn, content: this.#content });
    fill(this.#notice);
    this.#tell();
    this.#save.focus();
  }

  async #throwAway() {
    if (await ask({ title: 'Discard your changes?', text: `What you changed in ${this.#name} since it was saved will be gone.`, confirm: 'Discard', danger: true })) {
      drafts.drop(this.#name);
      this.#actions.saved();
    }
  }

  async #submit() {
    clearMarks(this.#form);
    if (!this.isDirty || !this.#schema.check()) {
      return;
    }
    const invalid = [this.#maxTokens, this.#temperature, this.#topP].find(({ validity }) => validity.badInput);
    if (invalid) {
      markField(this.#form, invalid.closest('.field').dataset.path, 'This is not a number.');
      return;
    }
    await this.#put(this.#basedOn);
  }

  async #put(basedOn) {
    const name = this.#name;
    const content = JSON.stringify(this.#content);
    this.#save.disabled = true;
    try {
      const { version } = await call('PUT', `v1/templates/${name}`, { ...this.#content, basedOn });
      drafts.drop(name);
      announce(`Saved as version ${version}`);
      if (name === this.#name) {
        if (JSON.stringify(this.#content) !== content) {
          drafts.keep(name, { basedOn: version, content: this.#content });
        }
        this.#kept = { version, content };
        fill(this.#notice);
        this.#actions.saved();
      }
    } catch (error) {
      this.#save.disabled = false;
      if (error.problem?.code === 'conflict' && error.problem.field === 'basedOn') {
        await this.#conflict();
        return;
      }
      const { field: path, detail } = error.problem ?? {};
      if (path && markField(this.#form, path, detail)) {
        fill(this.#notice);
        announce(detail);
      } else {
        fill(this.#notice, problemNotice(error));
      }
    }
  }

  /** Somebody else has saved a version since this one was begun. */
  async #conflict() {
    const name = this.#name;
    let latest;
    let changes = [];
    try {
      latest = await get(`v1/templates/${name}`);
      if (this.#basedOn > 0) {
        ({ changes } = await get(`v1/templates/${name}/diff?from=${this.#basedOn}&to=${latest.version}`));
      }
    } catch (error) {
      if (error.problem?.code !== 'not-found') {
        fill(this.#notice, problemNotice(error));
        return;
      }
      // It was archived; the next version brings it back.
    }
    if (name !== this.#name) {
      return;
    }
    const mine = button(latest ? `Save mine as version ${latest.version + 1}` : 'Save it again', () => this.#put(latest?.version), { kind: 'primary' });
    const theirs = latest && button(`Take version ${latest.version} instead`, () => this.#throwAway());
    fill(this.#notice, el('div', { class: 'notice problem conflict', role: 'alert' },
      el('div', {},
        el('p', { class: 'what' }, latest ? `${latest.author} saved version ${latest.version} meanwhile` : 'This template was archived'),
        el('p', {}, latest ? 'Your changes are still here. Saving them makes a version that has none of what the other one changed.'
          : 'Saving it brings it back with your changes.'),
        changes.length > 0 && [el('p', { class: 'what' }, `What version ${latest.version} changed since version ${this.#basedOn}:`), diffView(changes)],
        el('div', { class: 'row' }, theirs, mine))));
    mine.focus();
  }
}

/** Texts one a line, or a list in JSON; none if there are none. */
function lines(text) {
  if (text.trim().startsWith('[')) {
    try {
      return JSON.parse(text);
    } catch {
      // Then it is a text that begins so.
    }
  }
  const list = text.split('\n').map((line) => line.trim()).filter(Boolean);
  return list.length > 0 ? list : undefined;
}
