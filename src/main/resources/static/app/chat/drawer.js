import { icon } from '../icons.js';

const narrow = matchMedia('(max-width: 50rem)');

/** Makes the sidebar a drawer where the screen is narrow: one or the other can be reached, never both. */
export function drawer(sidebar, rest) {
  const opener = document.getElementById('open-drawer');
  const closer = sidebar.querySelector('#close-drawer');
  let open = false;

  function show(toOpen) {
    open = toOpen && narrow.matches;
    sidebar.dataset.open = open;
    sidebar.inert = narrow.matches && !open;
    rest.inert = open;
    opener.setAttribute('aria-expanded', open);
  }

  function close() {
    if (open) {
      show(false);
      opener.focus();
    }
  }

  opener.append(icon('menu'));
  opener.setAttribute('aria-controls', sidebar.id);
  opener.addEventListener('click', () => {
    show(!open);
    if (open) {
      closer.focus();
    }
  });
  closer.addEventListener('click', close);
  rest.parentElement.addEventListener('click', (event) => {
    if (open && !sidebar.contains(event.target)) {
      close();
    }
  });
  sidebar.addEventListener('click', (event) => event.target.closest('a') && show(false));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && open) {
      event.preventDefault();
      close();
    }
  }, { capture: true });
  narrow.addEventListener('change', () => show(false));
  show(false);
}
