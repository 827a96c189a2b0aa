import { el } from '../dom.js';
import { icon } from '../icons.js';

const NEAR = 60;

/** Stays at the end of what grows as long as the reader is there; else it offers to go there. */
export function scroller(element) {
  let atEnd = true;
  const jump = el('button', { type: 'button', class: 'button jump', hidden: true, onclick: () => toEnd() }, icon('down'), 'Newest');

  let top = 0;

  function toEnd() {
    atEnd = true;
    jump.hidden = true;
    element.scrollTop = element.scrollHeight;
    top = element.scrollTop;
  }

  element.addEventListener('scroll', () => {
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    // Who goes up, be it slowly, wants to read; what becomes shorter moves up, too, but stays at the end.
    atEnd = left < 2 || (left < NEAR && element.scrollTop >= top);
    top = element.scrollTop;
    jump.hidden = atEnd;
  }, { passive: true });
  // Also when the composer grows or the keyboard of a phone comes up.
  new ResizeObserver(() => atEnd && toEnd()).observe(element);

  return {
    element,
    jump,
    toEnd,
    toStart() {
      atEnd = false;
      jump.hidden = true;
      element.scrollTop = 0;
    },
    grown() {
      if (atEnd) {
        toEnd();
      } else {
        jump.hidden = false;
      }
    },
  };
}
