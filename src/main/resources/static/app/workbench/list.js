import { ask } from '../dialog.js';
import { announce, el, fill } from '../dom.js';
import { icon } from '../icons.js';
import { get } from '../rest.js';
import { drafts } from './drafts.js';
import { button, problemNotice } from './notice.js';
import { describe } from './targets.js';

const PAGE = 50;
const NAME = /^(?=.{1,128}$)[a-z0-9]+([.-][a-z0-9]+)*$/;

/** The templates at the side. */
export class TemplateList {
  #current = null;
  #items = [];
  #next = null;
  #loading = 0;

  #prefix = el('input', {
    id: 'template-prefix', class: 'input', type: 'search', placeholder: 'Names that begin with …', autocomplete: 'off', spellcheck: 'false',
    oninput: () => this.refresh(),
  });
  #list = el('ul', { class: 'template-list' });
  #empty = el('p', { class: 'empty', hidden: true });
  #trouble = el('div', {});
  #more = button('Show more', () => this.#load(this.#next), { hidden: true });

  /** @param create told the name of a new template */
  constructor(create) {
    this.element = el('nav', { class: 'templates', 'aria-label': 'Templates' },
      button('New template', () => this.#create(create), { sign: 'plus', id: 'new-template' }),
      el('div', { class: 'field' }, el('label', { for: 'template-prefix', class: 'visually-hidden' }, 'Filter by the beginning of the name'), this.#prefix),
      this.#trouble, this.#list, this.#empty, this.#more);
  }

  set current(name) {
    this.#current = name;
    this.show();
    this.#list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }

  refresh() {
    return this.#load('');
  }

  async #load(after) {
    const loading = ++this.#loading;
    try {
      const prefix = encodeURIComponent(this.#prefix.value.trim());
      const page = await get(`v1/templates?limit=${PAGE}&prefix=${prefix}${after && `&after=${encodeURIComponent(after)}`}`);
      if (loading === this.#loading) {
        this.#items = after ? [...this.#items, ...page.items] : page.items;
        this.#next = page.next;
        fill(this.#trouble);
        this.show();
      }
    } catch (error) {
      if (loading === this.#loading) {
        fill(this.#trouble, problemNotice(error));
      }
    }
  }

  show() {
    const unsaved = drafts.names();
    const prefix = this.#prefix.value.trim();
    const fresh = unsaved.filter((name) => drafts.get(name).basedOn === 0 && name.startsWith(prefix) && !this.#items.some((item) => item.name === name));
    const focused = this.#list.contains(document.activeElement) ? document.activeElement.hash : null;
    fill(this.#list, fresh.map((name) => this.#entry({ name, labels: {} }, true)),
      this.#items.map((item) => this.#entry(item, unsaved.includes(item.name))));
    if (focused) {
      [...this.#list.querySelectorAll('a')].find((link) => link.hash === focused)?.focus();
    }
    this.#empty.textContent = prefix ? 'No name begins so.' : 'There are no templates yet.';
    this.#empty.hidden = this.#items.length + fresh.length > 0;
    this.#more.hidden = !this.#next;
  }

  #entry({ name, version, description, labels }, unsaved) {
    const current = name === this.#current;
    return el('li', { dataset: { current } },
      el('a', { href: `#/workbench/${name}`, 'aria-current': current ? 'page' : null },
        el('span', { class: 'title' }, name),
        description && el('span', { class: 'about' }, description),
        el('span', { class: 'chips' },
          unsaved && el('span', { class: 'chip warn' }, icon('edit'), version ? 'not saved' : 'new, not saved'),
          version && el('span', { class: 'chip' }, `v${version}`),
          Object.entries(labels).map(([label, target]) => el('span', { class: 'chip label' }, `${label} ${describe(target)}`)))));
  }

  async #create(create) {
    let value = this.#prefix.value.trim();
    let text = 'Small letters and digits, joined by “-”, in folders by “.”.';
    for (;;) {
      value = await ask({ title: 'New template', text, label: 'Its name', value, confirm: 'Begin' });
      if (value === null) {
        return;
      }
      if (NAME.test(value) && value !== 'export' && value !== 'import') {
        create(value);
        return;
      }
      text = `“${value}” is not a name: small letters and digits, joined by “-”, in folders by “.”, 128 at most, and neither “export” nor “import”.`;
      announce(text);
    }
  }
}
