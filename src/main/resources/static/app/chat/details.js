import { el } from '../dom.js';

const REASONS = {
  max_tokens: 'reached its length limit',
  stop_sequence: 'ended at a stop sequence',
  tool_use: 'wants a tool',
  guardrail: 'stopped by a guardrail',
  content_filtered: 'filtered by the provider',
  context_window_exceeded: 'filled the model’s window',
  malformed_output: 'broke its format',
};

/** The line under an answer: model, tokens, cost, time to the first token, and how it ended if not by itself. */
export function detailsOf({ model, template, usage, firstToken, finishReason, stopped, partial, context, createdAt }) {
  const tokens = (count) => count.toLocaleString('en');
  const facts = [
    model && ['Model', model],
    template && ['Template', `${template.name} v${template.version}`],
    usage?.inputTokens > 0 && ['Tokens', `${usage.estimated ? '≈ ' : ''}${tokens(usage.inputTokens)} tokens in, ${tokens(usage.outputTokens)} out`],
    usage?.cacheReadTokens > 0 && ['Cache', `${tokens(usage.cacheReadTokens)} from the cache`],
    usage?.inputTokens > 0 && usage.cost && ['Cost', money(usage.cost)],
    firstToken && ['First token', `${(firstToken / 1000).toFixed(firstToken < 950 ? 2 : 1)} s to the first token`],
    (stopped || partial) && ['End', 'stopped'],
    finishReason && finishReason !== 'end_turn' && ['End', REASONS[finishReason] ?? finishReason],
    context?.trimmedMessages > 0 && ['Left out', `${context.trimmedMessages} of the oldest messages did not fit`],
    !usage && createdAt && ['Time', new Date(createdAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })],
  ].filter(Boolean);
  return el('dl', { class: 'details' }, facts.map(([term, value]) =>
    el('div', {}, el('dt', { class: 'visually-hidden' }, term), el('dd', {}, value))));
}

/** Two digits that count, and never fewer than two behind the point: $0.0039, $1.20. */
function money({ amount, currency }) {
  const value = Number(amount);
  const digits = value > 0 && value < 0.1 ? Math.min(8, 1 - Math.floor(Math.log10(value))) : 2;
  return new Intl.NumberFormat('en', { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}
