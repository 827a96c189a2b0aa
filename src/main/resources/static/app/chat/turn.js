import { el } from '../dom.js';
import { Answer } from './answer.js';
import { Question } from './question.js';

/** A question and its answer, as one item of the list. */
export class Turn {
  /** What was sent, where this page sent it: `text`, `template`, `variables`. */
  request = null;
  question = null;
  answer;
  /** The sequence of its first and of its last message, once the conversation has kept it. */
  first = null;
  last = null;
  element = el('li', {});

  #actions;

  constructor(actions) {
    this.#actions = actions;
  }

  static asked(request, actions) {
    const turn = new Turn(actions);
    turn.request = request;
    turn.ask(request);
    turn.#await(performance.now());
    return turn;
  }

  /** One that somebody else asked for, or this page before it was loaded anew. */
  static followed(generationId, request, actions) {
    const turn = new Turn(actions);
    if (request) {
      turn.request = request;
      turn.ask(request);
    }
    turn.#await(null);
    turn.answer.generationId = generationId;
    return turn;
  }

  /** The messages of one generation, out of the history. */
  static stored(messages, actions) {
    const turn = new Turn(actions);
    const answer = messages.findLast(({ role }) => role === 'assistant');
    turn.#keep(messages);
    turn.answer = answer ? Answer.stored(turn.#answerActions(), answer) : null;
    if (turn.answer) {
      turn.element.append(turn.answer.element);
      turn.answer.keep();
    }
    return turn;
  }

  get generationId() {
    return this.answer?.generationId ?? null;
  }

  get kept() {
    return this.last !== null;
  }

  /** Shows what was asked. */
  ask(question) {
    this.question = new Question(question, { edit: () => this.#actions.edit(this) });
    this.element.prepend(this.question.element);
  }

  /** Shows what somebody else asked. */
  heard({ text, content }) {
    if (!this.question) {
      this.ask({ text: text ?? content.filter(({ type }) => type === 'text').map((part) => part.text).join('\n'), content });
    }
  }

  /** Takes its place in the conversation from the messages that were added to it. */
  keep(messages) {
    this.#keep(messages);
    this.answer.keep();
  }

  #keep(messages) {
    this.first = messages[0].sequence;
    this.last = messages.at(-1).sequence;
    const asked = messages.findLast(({ role }) => role === 'user');
    if (!this.question && asked) {
      this.ask(asked);
    }
  }

  #await(askedAt) {
    this.answer = Answer.awaited(this.#answerActions(), askedAt);
    this.element.append(this.answer.element);
  }

  #answerActions() {
    return {
      retry: () => this.#actions.retry(this),
      fork: () => this.#actions.fork(this),
      drawn: () => this.#actions.drawn(),
    };
  }
}
