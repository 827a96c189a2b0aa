/** What a browser keeps for this page; null where it may keep nothing, and even asking for it throws. */
function open(name) {
  try {
    return window[name];
  } catch {
    return null;
  }
}

/** Kept for all windows, and from visit to visit. */
export const local = open('localStorage');

/** Kept for one window, over its reloads. */
export const session = open('sessionStorage');

/** Keeps a value; false where that is full or forbidden. */
export function remember(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function recall(storage, key) {
  try {
    return JSON.parse(storage.getItem(key));
  } catch {
    return null;
  }
}

export function forget(storage, key) {
  try {
    storage.removeItem(key);
  } catch {
    // Nor was it kept.
  }
}
