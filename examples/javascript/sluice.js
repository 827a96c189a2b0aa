// Sluice with fetch, for pages and for Node 18 or newer. Each function stands for one of the three patterns.

/** What Sluice refused, or what failed: RFC 9457, with a stable code. */
export class Problem extends Error {
  constructor(problem) {
    super(`${problem.code}: ${problem.detail ?? problem.title}`);
    this.problem = problem;
  }
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const ENDS = ['completed', 'failed', 'cancelled'];

export class Sluice {
  constructor(url = '') {
    this.url = url;
  }

  /** Sends a request. A 503 says with Retry-After when it is worth another one. */
  async call(path, { body, headers = {}, signal, attempts = 4 } = {}) {
    const response = await fetch(this.url + path, {
      method: body ? 'POST' : 'GET',
      headers: body ? { 'Content-Type': 'application/json', ...headers } : headers,
      body: body && JSON.stringify(body),
      signal,
    });
    if (response.ok) {
      return response;
    }
    if (response.status === 503 && attempts > 1) {
      await pause(Number(response.headers.get('Retry-After') ?? 1));
      return this.call(path, { body, headers, signal, attempts: attempts - 1 });
    }
    if (response.headers.get('Content-Type')?.startsWith('application/problem+json')) {
      throw new Problem(await response.json());
    }
    throw new Error(`${path}: ${response.status}`);
  }

  /** Waits for the answer. */
  async generate(request, signal = AbortSignal.timeout(60_000)) {
    return (await this.call('/v1/generations', { body: request, signal })).json();
  }

  /** Takes a receipt: the path of the generation. */
  async begin(request) {
    const response = await this.call('/v1/generations', { body: request, headers: { Prefer: 'respond-async' } });
    return `/v1/generations/${(await response.json()).id}`;
  }

  /** Comes back for the answer until it is there. */
  async collect(path, signal = AbortSignal.timeout(600_000)) {
    for (;;) {
      const generation = await (await this.call(path, { signal })).json();
      if (generation.status !== 'running') {
        return generation;
      }
      await pause(0.5);
    }
  }

  /**
   * Yields the events as {id, type, data}. A lost connection is taken up behind the last one.
   * What the signal aborts runs on: stop(id) ends it.
   */
  async *stream(request, signal) {
    const Accept = 'text/event-stream';
    let response = await this.call('/v1/generations', { body: { ...request, onDisconnect: 'finish' }, headers: { Accept }, signal });
    let generation;
    let last = '0';
    for (let lost = 0; lost < 6; lost++) {
      try {
        response ??= await this.call(`/v1/generations/${generation}/events`, { headers: { Accept, 'Last-Event-ID': last }, signal });
        for await (const event of events(response.body)) {
          generation ??= event.data.id; // the first event names it
          last = event.id;
          lost = 0;
          yield event;
          if (ENDS.includes(event.type)) {
            return;
          }
        }
      } catch (error) {
        if (error instanceof Problem || signal?.aborted || !generation) {
          throw error;
        }
      }
      response = undefined;
      await pause(0.5);
    }
    throw new Error(`${generation} cannot be followed`);
  }

  /** Stops a generation. */
  async stop(id) {
    return (await fetch(`${this.url}/v1/generations/${id}`, { method: 'DELETE' })).json();
  }
}

/** The whole events of a stream; what is cut off before its blank line comes again. */
async function* events(body) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      text += decoder.decode(value, { stream: true });
      for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
        const fields = Object.fromEntries(text.slice(0, end).split('\n').filter((line) => line && !line.startsWith(':'))
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]));
        if (fields.data) {
          yield { id: fields.id, type: fields.event, data: JSON.parse(fields.data) };
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
