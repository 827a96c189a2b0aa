import { el } from '../dom.js';

const MOST = 3000;

const split = (text) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** Both texts with the words marked that are not in the other; null where they are too long for it. */
export function compareWords(one, other) {
  const [a, b] = [split(one), split(other)];
  if (a.length > MOST || b.length > MOST) {
    return null;
  }
  const [keptA, keptB] = common(a, b);
  return [marked(a, keptA, 'Only in the first: '), marked(b, keptB, 'Only in the second: ')];
}

/** Which words belong to the longest sequence that both have. */
function common(a, b) {
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = a[i] === b[j] ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const keptA = new Set();
  const keptB = new Set();
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      keptA.add(i++);
      keptB.add(j++);
    } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
      i++;
    } else {
      j++;
    }
  }
  return [keptA, keptB];
}

function marked(words, kept, said) {
  const pieces = [];
  words.forEach((word, i) => {
    const own = !kept.has(i);
    if (pieces.at(-1)?.own === own) {
      pieces.at(-1).text += word;
    } else {
      pieces.push({ own, text: word });
    }
  });
  return el('p', { class: 'compared' }, pieces.map(({ own, text }) =>
    (own && text.trim() ? el('mark', {}, el('span', { class: 'visually-hidden' }, said), text) : text)));
}
