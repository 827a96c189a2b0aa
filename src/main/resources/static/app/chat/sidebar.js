import { ask } from '../dialog.js';
import { el, fill } from '../dom.js';
import { icon } from '../icons.js';
import { call, get } from '../rest.js';

const PAGE = 50;

/**
 * The conversations at the side; a drawer where the screen is narrow.
 *
 * @param actions `deleted(id)`, and `failed(error)`
 */
export class Sidebar {
  #actions;
  #current = null;
  #items = [];
  #next = null;
  #loading = 0;
  /** How those began that have no name yet, by id. */
  #beginnings = new Map();
  #list = el('ul', { class: 'conversations' });
  #more = el('button', { type: 'button', class: 'button', hidden: true, onclick: () => this.#told(this.load(this.#next)) }, 'Show older ones');
  #empty = el('p', { class: 'empty', hidden: true }, 'Your conversations will be here.');

  constructor(actions) {
    this.#actions = actions;
    this.element = el('nav', { class: 'sidebar', 'aria-label': 'Conversations', id: 'drawer' },
      el('div', { class: 'sidebar-head' },
        el('a', { class: 'button new', href: '#/' }, icon('plus'), 'New conversation'),
        el('button', { type: 'button', class: 'icon-button drawer-only', id: 'close-drawer', 'aria-label': 'Close' }, icon('close'))),
      this.#list, this.#empty, this.#more);
  }

  set current(id) {
    this.#current = id;
    this.#show();
  }

  /** Shows how a conversation begins until it has a name. */
  begins(id, text) {
    this.#beginnings.set(id, text.slice(0, 100));
  }

  titleOf(id) {
    return this.#items.find((item) => item.id === id)?.title;
  }

  async refresh() {
    await this.#told(this.load());
  }

  /** Reads the list, from its beginning if not told after which entry. */
  async load(after = null) {
    const loading = ++this.#loading;
    const page = await get(`v1/conversations?limit=${PAGE}${after ? `&after=${encodeURIComponent(after)}` : ''}`);
    if (loading === this.#loading) {
      this.#items = after ? [...this.#items, ...page.items] : page.items;
      this.#next = page.next;
      this.#show();
    }
  }

  async #told(work) {
    try {
      await work;
    } catch (error) {
      this.#actions.failed(error);
    }
  }

  #show() {
    this.#empty.hidden = this.#items.length > 0;
    this.#more.hidden = !this.#next;
    const focused = this.#list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(this.#list, this.#items.map((item) => this.#entry(item)));
    if (focused) {
      this.#list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  #entry({ id, title, updatedAt, forkedFrom }) {
    const name = title || this.#beginnings.get(id) || 'New conversation';
    const current = id === this.#current;
    return el('li', { class: 'conversation', dataset: { current } },
      el('a', { href: `#/c/${id}`, 'aria-current': current ? 'page' : null, dataset: { key: id } },
        el('span', { class: 'title' }, name),
        el('span', { class: 'when' }, forkedFrom && [icon('fork'), el('span', { class: 'visually-hidden' }, 'A copy, ')], ago(updatedAt))),
      el('div', { class: 'actions' },
        el('button', { type: 'button', class: 'icon-button', 'aria-label': `Rename ${name}`, title: 'Rename', dataset: { key: `${id} rename` }, onclick: () => this.#rename(id, name) }, icon('edit')),
        el('button', { type: 'button', class: 'icon-button', 'aria-label': `Delete ${name}`, title: 'Delete', dataset: { key: `${id} delete` }, onclick: () => this.#delete(id, name) }, icon('trash'))));
  }

  async #rename(id, name) {
    const title = await ask({ title: 'Rename the conversation', label: 'Its name', value: name, confirm: 'Rename' });
    if (title) {
      await this.#change('PATCH', id, { title });
    }
  }

  async #delete(id, name) {
    if (await ask({ title: 'Delete the conversation?', text: `“${name}” will be gone for good.`, confirm: 'Delete', danger: true })) {
      if (await this.#change('DELETE', id)) {
        this.#actions.deleted(id);
      }
    }
  }

  async #change(method, id, body) {
    try {
      await call(method, `v1/conversations/${id}`, body);
      await this.refresh();
      return true;
    } catch (error) {
      this.#actions.failed(error);
      return false;
    }
  }
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

function ago(time) {
  const seconds = (new Date(time) - Date.now()) / 1000;
  for (const [unit, length] of [['day', 86_400], ['hour', 3600], ['minute', 60]]) {
    if (Math.abs(seconds) >= length) {
      return unit === 'day' && seconds < -7 * length ? new Date(time).toLocaleDateString('en', { dateStyle: 'medium' }) : RELATIVE.format(Math.round(seconds / length), unit);
    }
  }
  return 'just now';
}
