/** What the service refused: a problem by RFC 9457. */
export class ProblemError extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.problem = problem;
  }
}

const UNREACHABLE = { code: 'unreachable', title: 'Sluice cannot be reached', status: 0 };

/** Calls the service, by a path relative to the page; answers with the JSON, or nothing where there is none. */
export async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ProblemError(UNREACHABLE);
  }
  const json = response.headers.get('Content-Type')?.includes('json') ? await read(response) : undefined;
  if (!response.ok) {
    throw new ProblemError(json ?? { code: 'internal-error', title: response.statusText, status: response.status });
  }
  return json;
}

async function read(response) {
  try {
    return await response.json();
  } catch {
    // The connection broke in the middle.
    throw new ProblemError(UNREACHABLE);
  }
}

export const get = (path) => call('GET', path);

/** All items of a paged list, page by page. */
export async function* items(path) {
  let after = '';
  do {
    const page = await get(`${path}${path.includes('?') ? '&' : '?'}limit=100${after && `&after=${encodeURIComponent(after)}`}`);
    yield* page.items;
    after = page.next ?? '';
  } while (after);
}

/** All items of a paged list at once. */
export async function all(path) {
  const list = [];
  for await (const item of items(path)) {
    list.push(item);
  }
  return list;
}
