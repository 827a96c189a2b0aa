import { announce, el, fill } from '../dom.js';
import { icon } from '../icons.js';
import { explain } from '../problems.js';
import { all, call, get } from '../rest.js';
import { forget, recall, remember, session } from '../storage.js';
import { Composer } from './composer.js';
import { drawer } from './drawer.js';
import { scroller } from './scroller.js';
import { Sidebar } from './sidebar.js';
import { Turn } from './turn.js';
import { welcome } from './welcome.js';
import { isEnd, openWire } from './wire.js';

const STATES = { connected: 'Connected', reconnecting: 'Connecting …', offline: 'Offline' };
const ENDINGS = { completed: 'The answer is complete.', cancelled: 'The answer was stopped.', failed: 'The answer failed.' };

/** The chat, in a panel. */
export function mount(panel) {
  new Chat(panel).begin();
}

class Chat {
  /** The conversation that is shown; null for one that has not begun. */
  #id = null;
  #turns = [];
  /** The turn whose answer is growing, if any. */
  #running = null;
  /** The turn whose question is being edited, if any. */
  #edited = null;
  /** What others asked and has no turn yet, by generation. */
  #heard = new Map();
  #opening = 0;
  /** Whether the history is there, so that what comes now comes behind it. */
  #ready = false;
  /** Whether a copy is on its way, or what takes the place of a turn. */
  #moving = false;
  /** The next try to make up for what was missed. */
  #later = 0;
  /** Asks for what the answers that come into view have cost. */
  #seen = null;

  #list = el('ol', { class: 'turns', 'aria-label': 'Messages' });
  #top = el('div', { class: 'thread-top' });
  #scroller = scroller(el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Conversation' },
    el('div', { class: 'column' }, this.#top, this.#list)));
  #composer = new Composer({ send: (request) => this.#send(request), stop: () => this.#stop(), cancelEdit: () => this.#endEdit() });
  #sidebar = new Sidebar({ deleted: (id) => this.#deleted(id), failed: (error) => this.#trouble(error) });
  #wire = openWire({ onState: (state) => this.#connection(state), onOther: (event) => this.#other(event) });
  #turnActions = {
    edit: (turn) => this.#edit(turn),
    retry: (turn) => this.#retry(turn),
    fork: (turn) => this.#fork(turn),
    drawn: () => this.#scroller.grown(),
  };

  constructor(panel) {
    const thread = el('div', { class: 'thread' }, this.#scroller.element,
      el('div', { class: 'dock' }, el('div', { class: 'column' }, this.#scroller.jump, this.#composer.element)));
    panel.classList.add('chat');
    panel.append(this.#sidebar.element, thread);
    drawer(this.#sidebar.element, thread);
    addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented && !panel.hidden && !document.querySelector('dialog[open]')) {
        this.#running ? this.#stop() : this.#endEdit();
      }
    });
  }

  begin() {
    addEventListener('hashchange', () => this.#route());
    this.#sidebar.refresh();
    this.#open(idInAddress());
  }

  #route() {
    if (!location.hash.startsWith('#/c/') && location.hash.length > 2) {
      return;
    }
    if (idInAddress() !== this.#id) {
      this.#open(idInAddress());
    }
  }

  #connection(state) {
    const first = !document.getElementById('connection').dataset.state;
    showState(state);
    clearTimeout(this.#later);
    if (state === 'connected' && !first) {
      this.#catchUp();
    }
  }

  /** Makes up for what others said while there was no connection. */
  async #catchUp() {
    const opening = this.#opening;
    const busy = () => opening !== this.#opening || this.#running || this.#edited || this.#moving;
    try {
      await this.#sidebar.load();
      this.#top.querySelector('[data-code=unreachable]')?.remove();
      if (!this.#id || busy()) {
        return;
      }
      const { runningGenerationId } = await get(`v1/conversations/${this.#id}`);
      if (!busy() && (!this.#ready || runningGenerationId || (await this.#newMessages()).length > 0) && !busy()) {
        this.#open(this.#id);
      }
    } catch (error) {
      if (error.problem?.code === 'unreachable') {
        // The news that there is a network is faster than the network.
        this.#later = setTimeout(() => this.#catchUp(), 2000);
      } else if (!busy()) {
        this.#trouble(error);
      }
    }
  }

  #deleted(id) {
    if (id === this.#id) {
      this.#stop();
      go(null);
    }
  }

  /** Shows a conversation, and goes on with an answer that is still running. */
  async #open(id) {
    const opening = ++this.#opening;
    this.#leave();
    this.#id = id;
    this.#sidebar.current = id;
    this.#wire.watch(id);
    if (!id) {
      this.#empty();
      return;
    }
    fill(this.#top, el('p', { class: 'loading' }, 'Loading …'));
    try {
      // In this order: an answer that ends in between is in the history, one that still runs is followed.
      const conversation = await get(`v1/conversations/${id}`);
      const messages = await all(`v1/conversations/${id}/messages`);
      if (opening === this.#opening) {
        this.#showHistory(conversation, messages);
        this.#ready = true;
        this.#goOn(conversation);
      }
    } catch (error) {
      if (opening === this.#opening) {
        fill(this.#top);
        this.#trouble(error, () => this.#open(id));
      }
    }
  }

  #leave() {
    if (this.#running?.generationId) {
      this.#wire.leave(this.#running.generationId);
    } else {
      this.#running?.sent?.leave();
    }
    this.#seen?.disconnect();
    this.#endEdit();
    this.#setRunning(null);
    this.#turns = [];
    this.#heard.clear();
    this.#ready = false;
    fill(this.#list);
    fill(this.#top);
  }

  #empty() {
    document.title = 'Sluice';
    fill(this.#top, welcome((text) => {
      this.#composer.text = text;
      this.#composer.focus();
    }));
    this.#scroller.toStart();
    if (!matchMedia('(pointer: coarse)').matches) {
      this.#composer.focus();
    }
  }

  #showHistory({ title, forkedFrom }, messages) {
    document.title = title ? `${title} · Sluice` : 'Sluice';
    fill(this.#top, forkedFrom && el('p', { class: 'forked' }, icon('fork'), 'A copy of ',
      el('a', { href: `#/c/${forkedFrom.conversationId}` }, 'another conversation')));
    for (const group of byGeneration(messages)) {
      this.#add(Turn.stored(group, this.#turnActions));
    }
    this.#scroller.toEnd();
    this.#tellUsage();
  }

  /** What this page asked here before it was loaded anew, or somebody else is asking. */
  #goOn({ id, runningGenerationId }) {
    const asked = recall(session, keyOf(id));
    if (runningGenerationId && !this.#turns.some((turn) => turn.generationId === runningGenerationId)) {
      const mine = asked && (!asked.generationId || asked.generationId === runningGenerationId);
      this.#follow(runningGenerationId, mine ? asked.request : null);
      return;
    }
    forget(session, keyOf(id));
    if (!asked || this.#turns.some((turn) => turn.generationId === asked.generationId)) {
      return;
    }
    if (asked.generationId) {
      // It has ended meanwhile and was not kept: its events tell why.
      this.#follow(asked.generationId, asked.request);
    } else if (this.#turns.at(-1)?.question?.text !== asked.request.text) {
      this.#composer.giveBack(asked.request);
    }
  }

  #follow(generationId, request) {
    const turn = Turn.followed(generationId, request, this.#turnActions);
    if (this.#heard.has(generationId)) {
      turn.heard(this.#heard.get(generationId));
    }
    this.#add(turn);
    this.#setRunning(turn);
    this.#wire.follow(generationId, (event) => this.#told(turn, event));
  }

  /** What others do in this conversation, as it happens. */
  #other(event) {
    if (event.conversationId !== this.#id) {
      return;
    }
    const turn = this.#turns.find(({ generationId }) => generationId === event.generationId);
    if (event.type === 'message') {
      if (event.message.role === 'user') {
        this.#heard.set(event.generationId, event.message);
        turn?.heard(event.message);
      }
    } else if (this.#ready && !turn && !this.#running && !isEnd(event)) {
      this.#follow(event.generationId, null);
    }
  }

  async #send(request) {
    if (this.#moving) {
      this.#composer.giveBack(request);
      return;
    }
    const edited = this.#edited;
    this.#endEdit();
    if (edited) {
      await this.#inPlaceOf(edited, request);
    } else {
      await this.#ask(request);
    }
  }

  async #ask(request) {
    const turn = Turn.asked(request, this.#turnActions);
    if (!this.#id) {
      fill(this.#top);
    }
    this.#add(turn);
    this.#setRunning(turn);
    this.#scroller.toEnd();
    try {
      await this.#begun(request.text);
    } catch (error) {
      if (this.#running === turn) {
        this.#setRunning(null);
      }
      turn.answer.fail(error.problem);
      this.#composer.giveBack(request);
      return;
    }
    if (this.#running !== turn) {
      // Somebody went elsewhere before there was a conversation to send it to.
      this.#composer.giveBack(request);
      return;
    }
    const { text, ...others } = request;
    remember(session, keyOf(this.#id), { request });
    turn.sent = this.#wire.ask({
      ...others,
      ...(text && { messages: [{ role: 'user', content: text }] }),
      conversationId: this.#id,
      keepPartial: true,
      onDisconnect: 'finish',
    }, (event) => this.#told(turn, event));
  }

  /** There is a conversation from now on, and the address names it. */
  async #begun(text) {
    if (!this.#id) {
      const opening = this.#opening;
      const { id } = await call('POST', 'v1/conversations', {});
      if (opening === this.#opening) {
        this.#id = id;
        history.pushState(null, '', `#/c/${id}`);
        this.#ready = true;
        this.#wire.watch(id);
        this.#sidebar.begins(id, text);
        this.#sidebar.current = id;
      }
    }
  }

  #told(turn, event) {
    if (turn !== this.#running) {
      return;
    }
    const request = turn.request;
    switch (event.type) {
      case 'refused':
        this.#refused(turn, event.problem);
        return;
      case 'gone':
      case 'uncertain':
        this.#lost(turn);
        return;
      case 'started':
        if (request) {
          remember(session, keyOf(this.#id), { request, generationId: event.generationId });
          this.#sidebar.refresh();
        }
    }
    turn.answer.accept(event);
    if (isEnd(event)) {
      announce(ENDINGS[event.type]);
      this.#ended(turn);
    } else if (turn.stopping) {
      this.#stop();
    }
  }

  #refused(turn, problem) {
    this.#setRunning(null);
    forget(session, keyOf(this.#id));
    if (turn.request) {
      this.#composer.giveBack(turn.request);
    }
    if (problem.code === 'conflict' && problem.generationId) {
      // Another answer is running here, asked for in another window: show it.
      this.#open(this.#id);
      announce(explain(problem).title);
    } else if (problem.field && this.#composer.mark(problem)) {
      this.#remove(turn);
    } else {
      turn.answer.fail(problem);
    }
  }

  /** Nobody knows here what became of it; the conversation does. */
  async #lost(turn) {
    const id = this.#id;
    try {
      const conversation = await get(`v1/conversations/${id}`);
      const messages = turn === this.#running ? await this.#newMessages() : [];
      if (turn !== this.#running) {
        return;
      }
      if (conversation.runningGenerationId && conversation.runningGenerationId !== turn.generationId || messages.length > 0) {
        await this.#open(id);
        return;
      }
      forget(session, keyOf(id));
      this.#setRunning(null);
      turn.answer.fail({ code: 'lost' });
      if (turn.request) {
        this.#composer.giveBack(turn.request);
      }
    } catch (error) {
      if (turn === this.#running) {
        this.#setRunning(null);
        turn.answer.fail(error.problem);
      }
    }
  }

  async #ended(turn) {
    const opening = this.#opening;
    this.#setRunning(null);
    forget(session, keyOf(this.#id));
    try {
      await this.#place(turn);
      if (opening !== this.#opening) {
        return;
      }
      if (!turn.kept) {
        this.#notKept(turn);
      }
      this.#sidebar.refresh().then(() => {
        const title = this.#sidebar.titleOf(this.#id);
        document.title = title ? `${title} · Sluice` : 'Sluice';
      });
    } catch (error) {
      this.#trouble(error);
    }
  }

  /** Finds out whether the conversation has kept a turn that has ended, and where. */
  async #place(turn) {
    if (!turn.kept && turn.generationId) {
      const mine = (await this.#newMessages()).filter(({ generationId }) => generationId === turn.generationId);
      if (mine.length > 0) {
        turn.keep(mine);
      }
    }
  }

  #notKept(turn) {
    if (turn.answer.ended !== 'failed') {
      turn.answer.note('Neither your message nor this answer was kept in the conversation.');
    }
    if (turn.request) {
      this.#composer.giveBack(turn.request);
    }
  }

  #newMessages() {
    const last = Math.max(0, ...this.#turns.map((turn) => turn.last ?? 0));
    return all(`v1/conversations/${this.#id}/messages?after=${last}`);
  }

  #stop() {
    const turn = this.#running;
    if (!turn) {
      return;
    }
    if (turn.generationId) {
      turn.stopping = false;
      this.#wire.stop(turn.generationId);
    } else if (turn.sent?.withdraw()) {
      this.#setRunning(null);
      this.#remove(turn);
      forget(session, keyOf(this.#id));
      this.#composer.giveBack(turn.request);
    } else {
      // As soon as its id is known.
      turn.stopping = true;
    }
  }

  #edit(turn) {
    this.#edited = turn;
    this.#composer.edit(turn.question.text);
  }

  #endEdit() {
    this.#edited = null;
    this.#composer.endEdit();
  }

  /** Asks the same once more: in its place if nothing was kept of it, else in a copy, so that no answer is lost. */
  async #retry(turn) {
    if (this.#running || this.#moving || !turn.question) {
      return;
    }
    const request = turn.request ?? this.#composer.request(turn.question.text);
    this.#composer.takeBack(request);
    await this.#inPlaceOf(turn, request);
  }

  async #inPlaceOf(turn, request) {
    if (await this.#cleared(turn)) {
      await this.#ask(request);
    } else {
      this.#composer.giveBack(request);
    }
  }

  /** Makes room in the place of a turn. */
  async #cleared(turn) {
    const opening = this.#opening;
    this.#moving = true;
    try {
      await this.#place(turn);
      if (opening !== this.#opening || this.#running) {
        return false;
      }
      if (turn.kept) {
        return await this.#copy(turn.first - 1);
      }
      this.#remove(turn);
      return true;
    } catch (error) {
      this.#trouble(error);
      return false;
    } finally {
      this.#moving = false;
    }
  }

  async #fork(turn) {
    if (this.#moving) {
      return;
    }
    this.#moving = true;
    try {
      if (await this.#copy(turn.last)) {
        this.#composer.focus();
        announce('This is a copy of the conversation.');
      }
    } catch (error) {
      this.#trouble(error);
    } finally {
      this.#moving = false;
    }
  }

  /** Goes on in a copy of the conversation up to a message. */
  async #copy(after) {
    const opening = this.#opening;
    const { id } = await call('POST', `v1/conversations/${this.#id}/fork`, { after });
    if (opening !== this.#opening) {
      return false;
    }
    history.pushState(null, '', `#/c/${id}`);
    await this.#open(id);
    await this.#sidebar.refresh();
    return this.#id === id && this.#ready;
  }

  #add(turn) {
    this.#turns.push(turn);
    this.#list.append(turn.element);
    this.#scroller.grown();
  }

  #remove(turn) {
    this.#turns = this.#turns.filter((other) => other !== turn);
    if (turn.element.contains(document.activeElement)) {
      this.#scroller.element.focus({ preventScroll: true });
    }
    turn.element.remove();
  }

  #setRunning(turn) {
    this.#running = turn;
    this.#composer.running = Boolean(turn);
  }

  /** What an answer of the history cost is asked for when it comes into view. */
  #tellUsage() {
    let gone = false;
    const seen = this.#seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(async ({ target }) => {
      seen.unobserve(target);
      const turn = this.#turns.find(({ element }) => element === target);
      if (!turn?.answer || gone) {
        return;
      }
      try {
        turn.answer.tell(await get(`v1/generations/${turn.generationId}`));
      } catch {
        // Generations are not kept as long as conversations; older ones are gone, too.
        gone = true;
      }
    }), { root: this.#scroller.element });
    this.#turns.toReversed().forEach(({ element }) => seen.observe(element));
  }

  /** Says what went wrong outside of an answer. */
  #trouble(error, again) {
    if (!error.problem) {
      throw error;
    }
    const { title, detail, advice } = explain(error.problem);
    const notice = el('div', { class: 'notice problem', role: 'alert', dataset: { code: error.problem.code } }, icon('warning'),
      el('div', {}, el('p', { class: 'what' }, title), detail && el('p', {}, detail), el('p', { class: 'advice' }, advice)),
      again ? el('button', { type: 'button', class: 'button', onclick: again }, 'Try again')
        : el('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => notice.remove() }, icon('close')));
    this.#top.querySelector('.notice')?.remove();
    this.#top.prepend(notice);
  }
}

const keyOf = (conversationId) => `sluice.asked.${conversationId}`;

const idInAddress = () => /^#\/c\/([\w-]+)/.exec(location.hash)?.[1] ?? null;

function go(id) {
  location.hash = id ? `#/c/${id}` : '#/';
}

function byGeneration(messages) {
  const groups = [];
  for (const message of messages) {
    const group = groups.at(-1);
    if (group?.[0].generationId === message.generationId) {
      group.push(message);
    } else {
      groups.push([message]);
    }
  }
  return groups;
}

function showState(state) {
  const shown = document.getElementById('connection');
  shown.dataset.state = state;
  fill(shown, el('span', { class: 'words' }, STATES[state]));
}
