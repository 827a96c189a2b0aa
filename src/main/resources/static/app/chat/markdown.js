import DOMPurify from '../../vendor/dompurify/purify.es.mjs';
import { Marked } from '../../vendor/marked/marked.esm.js';
import { copyText } from '../clipboard.js';
import { el, fill } from '../dom.js';
import { icon } from '../icons.js';

/** What is left of a text when it is shown: no HTML of its own, nothing that runs, nothing that loads. */
const SAFE = {
  ALLOWED_TAGS: ['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li',
    'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'span'],
  ALLOWED_ATTR: ['href', 'title', 'class', 'align', 'start'],
  // What is allowed as an address holds for all attributes but these and those that DOMPurify knows as harmless.
  ADD_URI_SAFE_ATTR: ['align', 'start'],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/i,
  RETURN_DOM_FRAGMENT: true,
};

const escaped = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const marked = new Marked({
  gfm: true,
  renderer: {
    // HTML is shown as the text that it is.
    html: ({ text, raw, block }) => (block ? `<p>${escaped(raw.trim())}</p>` : escaped(text)),
    // A picture would be fetched from another host, and tell it that somebody reads this.
    image({ href, text }) {
      return `<a href="${escaped(href)}">${escaped(text || 'Image')}</a>`;
    },
    checkbox: ({ checked }) => `<span class="task">${checked ? '☑' : '☐'}</span> `,
    code({ text, lang }) {
      const language = /^[\w+#-]+/.exec(lang ?? '')?.[0] ?? '';
      return `<pre><code class="language-${escaped(language)}">${escaped(text)}\n</code></pre>`;
    },
  },
});

/**
 * A text that grows. Only blocks that have changed are made anew, which in a stream is the last one, so that what is selected
 * stays selected. All of it is read each time.
 */
export class MarkdownView {
  #element;
  #blocks = [];
  /** The addresses that links refer to: they stand at the end of a text as a rule, behind the links. */
  #references = '{}';

  constructor(element) {
    this.#element = element;
  }

  show(text, whole) {
    try {
      this.#show(text, whole);
    } catch {
      // It is nested too deep to be read.
      this.#blocks = [{ nodes: [el('p', { class: 'plain' }, text)] }];
      fill(this.#element, this.#blocks[0].nodes);
    }
  }

  #show(text, whole) {
    const read = marked.lexer(text);
    const tokens = read.filter(({ type }) => type !== 'space' && type !== 'def');
    const references = JSON.stringify(read.links);
    if (references !== this.#references) {
      this.#references = references;
      this.#blocks.forEach((block) => {
        block.raw = null;
      });
    }
    let same = 0;
    // The last block is made again when the text is whole, for the colours of its code.
    while (same < tokens.length && same < this.#blocks.length && this.#blocks[same].raw === tokens[same].raw
        && this.#blocks[same].whole === (whole || same < tokens.length - 1)) {
      same++;
    }
    for (const block of this.#blocks.splice(same)) {
      block.nodes.forEach((node) => node.remove());
    }
    for (let i = same; i < tokens.length; i++) {
      const done = whole || i < tokens.length - 1;
      const nodes = render(tokens[i], done);
      this.#element.append(...nodes);
      this.#blocks.push({ raw: tokens[i].raw, whole: done, nodes });
    }
  }
}

function render(token, whole) {
  const fragment = DOMPurify.sanitize(marked.parser([token]), SAFE);
  for (const link of fragment.querySelectorAll('a')) {
    if (link.hasAttribute('href')) {
      link.target = '_blank';
      link.rel = 'noopener noreferrer nofollow';
    } else {
      link.replaceWith(...link.childNodes);
    }
  }
  for (const table of fragment.querySelectorAll('table')) {
    const frame = el('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'Table' });
    table.replaceWith(frame);
    frame.append(table);
  }
  for (const pre of fragment.querySelectorAll('pre')) {
    pre.replaceWith(codeBlock(pre.firstChild, whole));
  }
  return [...fragment.childNodes];
}

function codeBlock(code, whole) {
  const language = /language-(\S+)/.exec(code.className)?.[1] ?? '';
  const text = code.textContent;
  if (whole && window.hljs.getLanguage(language) && text.length < 100_000) {
    const coloured = window.hljs.highlight(text, { language, ignoreIllegals: true }).value;
    fill(code, DOMPurify.sanitize(coloured, SAFE));
  }
  const copy = el('button', { type: 'button', class: 'copy', onclick: () => copyText(text, copy) }, icon('copy'), 'Copy');
  return el('figure', { class: 'code' },
    el('figcaption', {}, el('span', {}, language || 'text'), copy),
    el('pre', { tabindex: 0, 'aria-label': language ? `Code, ${language}` : 'Code' }, code));
}
