/**
 * What happened, and what a person can do about it, by the code of a problem. `retry` says whether the same request may
 * succeed when it is sent once more.
 */
const ADVICE = {
  'invalid-request': { title: 'The request does not fit', advice: 'Change what is named and send it again.' },
  'not-found': { title: 'It is not there', advice: 'It may have expired or been deleted.' },
  conflict: { title: 'Something else is in the way', advice: 'Wait until the running answer has ended, or stop it.', retry: true },
  'payload-too-large': { title: 'The message is too large', advice: 'Shorten it, or send it in parts.' },
  'template-invalid': { title: 'The template’s form is not complete', advice: 'Correct the field that is named.' },
  'context-too-long': { title: 'The message does not fit the model', advice: 'Shorten it, or choose a model with a larger window.' },
  'quota-exceeded': { title: 'Your quota is used up', advice: 'Try again later, or ask for a larger one.', retry: true },
  unauthenticated: { title: 'You are not signed in', advice: 'Sign in and load the page again.' },
  forbidden: { title: 'You may not do that', advice: 'Ask whoever runs this Sluice for permission.' },
  'model-failed': { title: 'The model failed', advice: 'Try again; if it stays so, choose another model.', retry: true },
  'model-throttled': { title: 'The model is busy', advice: 'Try again in a moment.', retry: true },
  'model-unavailable': { title: 'The model cannot be reached', advice: 'Try again in a moment.', retry: true },
  'store-unavailable': { title: 'The store cannot be reached', advice: 'Nothing was kept. Try again in a moment.', retry: true },
  'guardrail-unavailable': { title: 'A guardrail cannot be asked', advice: 'Nothing passes unseen. Try again in a moment.', retry: true },
  'deadline-exceeded': { title: 'It took too long', advice: 'Try again, or ask for a shorter answer.', retry: true },
  unreachable: { title: 'Sluice cannot be reached', advice: 'Check your connection; the page goes on by itself when it is back.', retry: true },
  lost: { title: 'The answer was lost', advice: 'The connection broke before Sluice had taken it. Send it again.', retry: true },
  'internal-error': { title: 'Sluice has a fault', advice: 'Try again; if it stays so, give the trace id to whoever runs it.', retry: true },
};

/** A problem in words: `title`, `detail`, `advice`, `retry`, `retryAfter` in seconds. */
export function explain(problem) {
  const known = ADVICE[problem.code] ?? ADVICE['internal-error'];
  const detail = problem.detail && problem.detail !== known.title && problem.detail !== problem.title ? problem.detail : null;
  return { ...known, detail, retry: known.retry ?? false, retryAfter: problem.retryAfter ?? 0, traceId: problem.traceId };
}
