import { Answer } from '../chat/answer.js';
import { findingChips } from '../chat/findings.js';
import { announce, el, fill } from '../dom.js';
import { call } from '../rest.js';
import { field, mark, numberInput, select, setOptions } from './fields.js';
import { button, problemNotice } from './notice.js';
import { generate } from './sse.js';
import { describe, versionsOf } from './targets.js';

const ENDINGS = { completed: 'complete', cancelled: 'stopped', failed: 'failed' };

/**
 * One of the two that are run beside each other: a version or a label, a model, parameters, and what became of it.
 *
 * @param actions `chosen()` when another version was chosen, `again()` to run it once more, `changed()` when it began or ended,
 * and `refused(problem)`: true if the problem is shown elsewhere
 */
export class Contender {
  #actions;
  #template = null;
  #running = null;
  #generationId = null;
  #answer = null;

  #which;
  #model = select(['']);
  #maxTokens = numberInput('', { min: 1, step: 1, inputmode: 'numeric', placeholder: 'default' });
  #temperature = numberInput('', { min: 0, max: 1, placeholder: 'default' });
  #run;
  #stop = button('Stop', () => this.stop(), { sign: 'stop', hidden: true });
  #state = el('p', { class: 'state', role: 'status' });
  #prompt = el('div', { class: 'rendered' });
  #output = el('div', { class: 'output' });

  constructor(title, { optional = false, ...actions }) {
    this.#actions = actions;
    this.#actions = actions;
    this.optional = optional;
    this.#which = select([''], '', { onchange: () => this.#choose() });
    this.#run = button('Run', () => actions.again(), { sign: 'play' });
    this.#run.setAttribute('aria-label', `Run the ${title.toLowerCase()}`);
    this.#stop.setAttribute('aria-label', `Stop the ${title.toLowerCase()}`);
    this.settings = el('div', { class: 'contender-settings' },
      field('', 'Model', this.#model),
      field('parameters.maxTokens', 'Longest answer', this.#maxTokens),
      field('parameters.temperature', 'Temperature', this.#temperature));
    this.element = el('section', { class: 'contender', 'aria-label': `${title} run` },
      el('div', { class: 'contender-head' }, field('', title, this.#which), this.#run, this.#stop),
      this.settings, this.#state, this.#prompt, this.#output);
  }

  /** What can be chosen; what was chosen before stays, if it is still there. */
  offer(template, versions, models, given) {
    this.stop();
    this.#template = template;
    const labels = Object.entries(template.labels).map(([label, target]) => [`label ${label}`, `${label} (${describe(target)})`]);
    const options = [...(this.optional ? [['', 'Nothing beside it']] : []), ...labels,
      ['label latest', `latest (v${template.version})`], ...versions.map(({ version }) => [`version ${version}`, `v${version}`])];
    setOptions(this.#which, options, options.some(([value]) => value === given) ? given : options[0][0]);
    setOptions(this.#model, [['', 'As the template says'], ...models], '');
    this.clear();
    this.#show();
  }

  get isThere() {
    return this.#which.value !== '';
  }

  get isRunning() {
    return this.#running !== null;
  }

  /** The answer, once it is whole. */
  get text() {
    return this.#answer?.ended === 'completed' ? this.#answer.text : null;
  }

  /** The versions that may be meant. */
  get versions() {
    const [kind, name] = this.#which.value.split(' ');
    const target = this.#template.labels[name];
    return kind === 'version' ? [Number(name)] : target ? versionsOf(target) : [this.#template.version];
  }

  get #reference() {
    const [kind, name] = this.#which.value.split(' ');
    return kind === 'version' ? { version: Number(name) } : { label: name };
  }

  get #parameters() {
    return {
      ...(this.#maxTokens.value && { maxTokens: Number(this.#maxTokens.value) }),
      ...(this.#temperature.value && { temperature: Number(this.#temperature.value) }),
    };
  }

  clear() {
    fill(this.#prompt);
    fill(this.#output);
    this.#state.textContent = '';
    this.#answer = null;
  }

  /** Marks parameters that are none; false if there are some. */
  check() {
    const wrong = [this.#maxTokens, this.#temperature].filter((control) => !control.validity.valid);
    wrong.forEach((control) => mark(control.closest('.field'), control.validationMessage));
    wrong[0]?.focus();
    return wrong.length === 0;
  }

  /** Shows what would be sent to the model. */
  async render(variables) {
    const name = this.#template.name;
    this.clear();
    this.#state.textContent = 'Rendering …';
    try {
      const rendered = await call('POST', `v1/templates/${name}/render`, { ...this.#reference, variables, ...(this.#model.value && { model: this.#model.value }) });
      if (name === this.#template.name) {
        this.#state.textContent = `Version ${rendered.version} for ${rendered.model}, about ${rendered.estimatedTokens.toLocaleString('en')} tokens`;
        fill(this.#prompt, prompt(rendered));
      }
    } catch (error) {
      this.#refused(error);
    }
  }

  /** Runs it, and shows the answer as it comes. */
  async run(variables) {
    const running = new AbortController();
    const began = performance.now();
    this.clear();
    this.#running = running;
    this.#generationId = null;
    const answer = Answer.awaited({ retry: () => this.#actions.again(), fork: () => {}, drawn: () => {} }, began);
    this.#answer = answer;
    fill(this.#output, answer.element);
    this.#show();
    this.#state.textContent = 'Running …';
    try {
      await generate({
        template: { name: this.#template.name, ...this.#reference },
        variables,
        ...(this.#model.value && { model: this.#model.value }),
        ...(Object.keys(this.#parameters).length > 0 && { parameters: this.#parameters }),
      }, (event) => this.#told(answer, event, began), running.signal);
      if (!answer.ended) {
        throw new TypeError('The stream ended early');
      }
    } catch (error) {
      if (running.signal.aborted) {
        answer.accept({ type: 'cancelled' });
        this.#tell('stopped');
      } else if (error.problem && this.#actions.refused(error.problem)) {
        this.clear();
      } else if (!answer.ended) {
        // What `fetch` throws tells no more than that there is no connection.
        answer.fail(error.problem ?? { code: 'unreachable' });
        this.#tell('failed');
      }
    } finally {
      if (this.#running === running) {
        this.#running = null;
        this.#show();
      }
    }
  }

  /** Ends it; what it has cost so far is told at its end. */
  stop() {
    if (this.#generationId) {
      call('DELETE', `v1/generations/${this.#generationId}`).catch(() => this.#running?.abort());
    } else {
      this.#running?.abort();
    }
  }

  #told(answer, event, began) {
    if (event.type === 'accepted') {
      this.#generationId = event.id;
      return;
    }
    answer.accept(event.type === 'started' ? { ...event, generationId: event.id } : event);
    if (ENDINGS[event.type]) {
      this.#generationId = null;
      this.#tell(ENDINGS[event.type], event.finishReason, `${((performance.now() - began) / 1000).toFixed(1)} s in all`);
    }
  }

  #tell(ending, ...facts) {
    this.#state.textContent = [ending[0].toUpperCase() + ending.slice(1), ...facts].filter(Boolean).join(' · ');
  }

  #refused(error) {
    this.#state.textContent = '';
    if (!error.problem || !this.#actions.refused(error.problem)) {
      fill(this.#output, problemNotice(error));
    }
  }

  #choose() {
    this.stop();
    this.clear();
    this.#show();
    this.#actions.chosen();
    announce(this.isThere ? '' : 'Nothing is run beside it.');
  }

  #show() {
    // A button that goes away hands the focus on to the one in its place.
    const focused = [this.#run, this.#stop].includes(document.activeElement);
    this.settings.hidden = !this.isThere;
    this.#run.hidden = this.isRunning || !this.isThere;
    this.#stop.hidden = !this.isRunning;
    if (focused) {
      (this.isRunning ? this.#stop : this.#run).focus();
    }
    this.#actions.changed();
  }
}

/** What a model would be given. */
function prompt({ system, messages, guardrail, blockedMessage, trimmedMessages }) {
  const chips = findingChips(guardrail);
  const text = (content) => (typeof content === 'string' ? content : content.map((part) => part.text ?? `[${part.type}]`).join('\n'));
  const block = (who, content) => el('div', { class: 'said' }, el('h4', {}, who), el('pre', { tabindex: 0, 'aria-label': who }, content));
  return [
    blockedMessage !== undefined && el('div', { class: 'notice problem' },
      el('div', {}, el('p', { class: 'what' }, 'A guardrail blocks it; no model would be asked.'), el('p', {}, `The answer would be: “${blockedMessage}”`))),
    chips.length > 0 && el('ul', { class: 'findings', 'aria-label': 'Findings of guardrails' }, chips),
    trimmedMessages && el('p', { class: 'hint' }, `${trimmedMessages} of the oldest messages did not fit.`),
    system && block('System', system),
    messages.map(({ role, content }) => block(role === 'user' ? 'User' : 'Assistant', text(content))),
  ];
}
