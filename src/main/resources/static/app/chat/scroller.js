import { el } from '../dom.js';
import { icon } from '../icons.js';

const NEAR = 60;

/** Stays at the end of what grows as long as the reader is there; else it offers to go there. */
export function scroller(element) {
  let atEnd = true;
  const jump = el('button', { type: 'button', class: 'button jump', hidden: true, onclick: () => toEnd() }, icon('down'), 'Newest');

  function toEnd() {
    atEnd = true;
    jump.hidden = true;
    element.scrollTop = element.scrollHeight;
  }

  element.addEventListener('scroll', () => {
    atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
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
