import { local, recall, remember } from '../storage.js';

const KEY = 'sluice.drafts';

/** What the browser could not keep: it lives as long as the page. */
let unkept = null;

const read = () => unkept ?? recall(local, KEY) ?? {};

function write(all) {
  unkept = remember(local, KEY, all) ? null : all;
}

/** Templates with changes that are not saved, by name: `{ basedOn, content }`. They outlive a reload where the browser keeps anything. */
export const drafts = {
  names: () => Object.keys(read()),
  get: (name) => (Object.hasOwn(read(), name) ? read()[name] : null),
  keep(name, draft) {
    write({ ...read(), [name]: draft });
  },
  drop(name) {
    const { [name]: _, ...others } = read();
    write(others);
  },
};
