/** Keeps a value in `localStorage` or `sessionStorage`; where that is full or forbidden it is not kept. */
export function remember(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // It is a convenience.
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
