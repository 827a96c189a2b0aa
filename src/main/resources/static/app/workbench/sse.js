import { ProblemError } from '../rest.js';

/**
 * Asks for a generation, and returns when its stream has ended.
 *
 * @param told called with each event as it comes, `{ type, … }`; before them with `{ type: 'accepted', id }`
 */
export async function generate(body, told, signal) {
  const response = await fetch('v1/generations', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) {
    throw new ProblemError(await problemOf(response));
  }
  const id = response.headers.get('Location')?.split('/').at(-1);
  if (id) {
    told({ type: 'accepted', id });
  }
  for await (const { event, data } of events(response.body)) {
    told(read(event, JSON.parse(data)));
  }
}

/** A failure is a problem, which has a `type` of its own; a part has one, too. */
function read(type, data) {
  switch (type) {
    case 'failed': return { type, problem: data, usage: data.usage, guardrail: data.guardrail };
    case 'part': return { type, part: data };
    default: return { ...data, type };
  }
}

async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return { code: 'internal-error', title: response.statusText, status: response.status };
  }
}

/** The events in a stream of bytes, as `{ event, data }`. */
export async function* events(bytes) {
  const decoder = new TextDecoder();
  const parser = new EventStream();
  const reader = bytes.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    yield* parser.feed(decoder.decode(chunk.value, { stream: true }));
  }
}

/** Reads `text/event-stream` as the HTML standard has it, in pieces that may end anywhere. */
class EventStream {
  #rest = '';
  #event = '';
  #data = [];

  /** The events that a piece of text completes. */
  * feed(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line !== '') {
        this.#field(line);
      } else {
        if (this.#data.length > 0) {
          yield { event: this.#event || 'message', data: this.#data.join('\n') };
        }
        this.#event = '';
        this.#data = [];
      }
    }
  }

  #field(line) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') {
      this.#event = value;
    } else if (name === 'data') {
      this.#data.push(value);
    }
  }
}
