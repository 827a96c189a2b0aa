import { el } from './dom.js';

/**
 * Shows sections as tabs, of which the hash of the address names one: "#/workbench" and all below it. A section is mounted
 * when it is shown first, `mount(element)`, and keeps what it shows while another one is in front. The first section is the
 * one of all other addresses. Where there is only one there is nothing to choose, and no tab.
 */
export function showTabs(list, panels, sections) {
  const tabs = sections.map((section) => ({ section, ...pair(section) }));
  tabs.forEach(({ tab, panel }) => {
    list.append(tab);
    panels.append(panel);
  });
  list.hidden = sections.length < 2;
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.findIndex(({ tab }) => tab === document.activeElement);
    if (step && at >= 0) {
      const next = tabs[(at + step + tabs.length) % tabs.length];
      next.tab.focus();
      next.tab.click();
    }
  });

  let shown;
  const show = () => {
    const name = location.hash.split('/')[1];
    const current = tabs.find(({ section }) => section.name === name) ?? tabs[0];
    if (current === shown) {
      return;
    }
    shown = current;
    for (const { tab, panel, section } of tabs) {
      const selected = section === current.section;
      tab.setAttribute('aria-selected', selected);
      tab.tabIndex = selected ? 0 : -1;
      panel.hidden = !selected;
    }
    document.body.dataset.section = current.section.name;
    if (!current.mounted) {
      current.mounted = true;
      current.section.mount(current.panel);
    }
  };
  addEventListener('hashchange', show);
  show();

  function pair({ name, label }) {
    const panel = el('section', { id: `panel-${name}`, class: 'panel', role: 'tabpanel', 'aria-labelledby': `tab-${name}` });
    const tab = el('button', {
      type: 'button', id: `tab-${name}`, class: 'tab', role: 'tab', 'aria-controls': `panel-${name}`,
      onclick: () => {
        if (shown.section.name !== name) {
          shown.address = location.hash;
          location.hash = tabs.find((other) => other.tab === tab).address ?? `#/${name}`;
        }
      },
    }, label);
    return { tab, panel };
  }
}
