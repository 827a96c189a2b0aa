import { recall, remember } from '../storage.js';

const KEY = 'sluice.drafts';

const read = () => recall(localStorage, KEY) ?? {};

/** Templates with changes that are not saved, by name: `{ basedOn, content }`. They outlive a reload. */
export const drafts = {
  names: () => Object.keys(read()),
  get: (name) => read()[name] ?? null,
  keep(name, draft) {
    remember(localStorage, KEY, { ...read(), [name]: draft });
  },
  drop(name) {
    const { [name]: _, ...others } = read();
    remember(localStorage, KEY, others);
  },
};
