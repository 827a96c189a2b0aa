import { el } from '../dom.js';
import { icon } from '../icons.js';

const WHERE = { input: 'in your message', output: 'in the answer' };

/** What guardrails found, each kind once: "EMAIL masked in your message". */
export function findingChips(guardrail) {
  const counted = new Map();
  for (const { type, stage, action } of guardrail?.findings ?? []) {
    const text = `${type.replaceAll('_', ' ')} ${action} ${WHERE[stage] ?? ''}`;
    const entry = counted.get(text) ?? { action, count: 0 };
    entry.count++;
    counted.set(text, entry);
  }
  return [...counted].map(([text, { action, count }]) =>
    el('li', { class: `chip ${action === 'blocked' ? 'danger' : 'warn'}` }, icon('shield'), count > 1 ? `${text} (${count})` : text));
}
