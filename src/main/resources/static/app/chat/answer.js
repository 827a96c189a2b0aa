import { copyText } from '../clipboard.js';
import { el, fill } from '../dom.js';
import { icon } from '../icons.js';
import { explain } from '../problems.js';
import { detailsOf } from './details.js';
import { findingChips } from './findings.js';
import { MarkdownView } from './markdown.js';

/**
 * One answer, while it grows and when it is there. What it is fed are the events of a generation; it is drawn at most once
 * in a frame.
 *
 * @param actions `retry()`, `fork()`, and `drawn()` after every change of its height
 */
export class Answer {
  text = '';
  generationId = null;
  ended = null;

  #actions;
  #reasoning = '';
  #facts = {};
  #frame = 0;
  /** When it may be drawn again: what takes long to draw is drawn less often, so that the page stays free for its reader. */
  #earliest = 0;
  #askedAt = null;
  #kept = false;
  #body = el('div', { class: 'prose', dir: 'auto' });
  #thinking = el('details', { class: 'thinking', hidden: true }, el('summary', {}, 'Thinking'), el('p', {}));
  #parts = el('div', { class: 'parts' });
  #waiting = el('p', { class: 'waiting' }, el('span', { class: 'visually-hidden' }, 'Waiting for the answer'), el('i'), el('i'), el('i'));
  #findings = el('ul', { class: 'findings', hidden: true });
  #notice = el('div', { class: 'notice', hidden: true });
  #footer = el('footer', { class: 'turn-footer' });
  #markdown = new MarkdownView(this.#body);

  constructor(actions) {
    this.#actions = actions;
    this.element = el('article', { class: 'turn answer', 'aria-label': 'Answer' },
      this.#thinking, this.#body, this.#parts, this.#waiting, this.#findings, this.#notice, this.#footer);
  }

  /** One that is still to come; the time to its first token is told where `askedAt` is given. */
  static awaited(actions, askedAt = null) {
    const answer = new Answer(actions);
    answer.#askedAt = askedAt;
    answer.element.setAttribute('aria-busy', 'true');
    return answer;
  }

  /** One out of the history of a conversation. */
  static stored(actions, message) {
    const answer = new Answer(actions);
    answer.generationId = message.generationId;
    answer.text = message.text;
    answer.ended = message.partial ? 'cancelled' : 'completed';
    answer.#facts = { model: message.model, partial: message.partial, createdAt: message.createdAt };
    for (const part of message.content.filter(({ type }) => type !== 'text')) {
      answer.#part(part);
    }
    answer.#draw();
    return answer;
  }

  accept(event) {
    switch (event.type) {
      case 'started':
        this.generationId = event.generationId;
        Object.assign(this.#facts, { model: event.model, template: event.template, context: event.context });
        break;
      case 'delta':
        this.#firstToken();
        this.text += event.text;
        break;
      case 'reasoning':
        this.#firstToken();
        this.#reasoning += event.text;
        break;
      case 'tool_call':
        this.#part({ ...event, type: 'tool_use' });
        break;
      case 'part':
        this.#part(event.part ?? event);
        break;
      case 'completed':
      case 'cancelled':
      case 'failed':
        this.#end(event);
        return;
    }
    this.#drawSoon();
  }

  #drawSoon() {
    this.#frame ||= requestAnimationFrame((now) => {
      if (now < this.#earliest) {
        this.#frame = 0;
        this.#drawSoon();
      } else {
        this.#draw();
      }
    });
  }

  /** What is known of the generation, told after its end: usage, guardrail, template. */
  tell(generation) {
    Object.assign(this.#facts, generation);
    this.#draw();
  }

  /** It is in the conversation now, so that one can go on from it. */
  keep() {
    this.#kept = true;
    this.#draw();
  }

  /** Says something under the answer. */
  note(text) {
    fill(this.#notice, el('p', {}, text));
    this.#notice.className = 'notice';
    this.#notice.hidden = false;
  }

  /** Says what went wrong, and offers to try again where that may help. */
  fail(problem) {
    const { title, detail, advice, retry, retryAfter, traceId } = explain(problem);
    this.ended ??= 'failed';
    this.#settle();
    const again = el('button', { type: 'button', class: 'button', onclick: () => this.#actions.retry() }, icon('retry'), el('span', {}, 'Try again'));
    fill(this.#notice, icon('warning'),
      el('div', {}, el('p', { class: 'what' }, title), detail && el('p', {}, detail), el('p', { class: 'advice' }, advice),
        traceId && el('p', { class: 'trace' }, `Trace id ${traceId}`)),
      retry && again);
    this.#notice.className = 'notice problem';
    this.#notice.setAttribute('role', 'alert');
    this.#notice.hidden = false;
    if (retryAfter > 0) {
      countDown(again, retryAfter);
    }
    this.#draw();
  }

  #firstToken() {
    if (this.#askedAt && !this.#facts.firstToken) {
      this.#facts.firstToken = performance.now() - this.#askedAt;
    }
  }

  #end(event) {
    this.ended = event.type;
    const { finishReason, usage, guardrail } = event;
    Object.assign(this.#facts, { finishReason, usage, guardrail, stopped: event.type === 'cancelled' });
    this.#settle();
    if (event.type === 'failed') {
      this.fail(event.problem);
    } else {
      this.#draw();
    }
  }

  #settle() {
    this.element.removeAttribute('aria-busy');
    cancelAnimationFrame(this.#frame);
  }

  #part(part) {
    const { type, name, input } = part;
    this.#parts.append(type === 'tool_use'
      ? el('details', { class: 'part' }, el('summary', {}, `Calls ${name}`), el('pre', {}, typeof input === 'string' ? input : JSON.stringify(input, null, 2)))
      : type === 'reasoning'
        ? el('details', { class: 'thinking' }, el('summary', {}, 'Thinking'), el('p', {}, part.text))
        : el('p', { class: 'chip' }, type === 'citation' ? (part.citation?.title ?? 'A source') : `[${type}]`));
  }

  #draw() {
    const began = performance.now();
    this.#frame = 0;
    const running = !this.ended;
    this.#thinking.hidden = !this.#reasoning;
    if (this.#thinking.lastChild.textContent !== this.#reasoning) {
      this.#thinking.lastChild.textContent = this.#reasoning;
    }
    this.#markdown.show(this.text, !running);
    this.#waiting.hidden = !running;
    const chips = findingChips(this.#facts.guardrail);
    this.#findings.hidden = chips.length === 0;
    fill(this.#findings, chips);
    const focused = [...this.#footer.querySelectorAll('button')].indexOf(document.activeElement);
    fill(this.#footer, running ? [] : [detailsOf(this.#facts), this.#buttons()]);
    this.#footer.querySelectorAll('button')[focused]?.focus({ preventScroll: true });
    this.#actions.drawn();
    const done = performance.now();
    this.#earliest = done + 3 * (done - began);
  }

  #buttons() {
    const button = (name, label, onclick) =>
      el('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick }, icon(name));
    return el('div', { class: 'actions' },
      this.text && button('copy', 'Copy the answer', (event) => copyText(this.text, event.currentTarget)),
      this.ended !== 'failed' && button('retry', 'Ask again', () => this.#actions.retry()),
      this.#kept && button('fork', 'Go on from here in a copy', () => this.#actions.fork()));
  }
}

/** Keeps a button from being pressed too early, and says for how long. */
function countDown(button, seconds) {
  const words = button.lastChild;
  const show = () => {
    button.disabled = seconds > 0;
    words.textContent = seconds > 0 ? `Try again in ${seconds} s` : 'Try again';
    if (seconds-- > 0) {
      setTimeout(show, 1000);
    }
  };
  show();
}
