import * as chat from './chat/chat.js';
import { showTabs } from './tabs.js';
import { themeButton } from './theme.js';
import * as workbench from './workbench/workbench.js';

// The address names what is shown, so that a link within the page must not change it.
document.querySelector('.skip-link').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('panels').focus();
});
themeButton(document.getElementById('theme'));
showTabs(document.getElementById('tabs'), document.getElementById('panels'), [
  { name: 'chat', label: 'Chat', mount: chat.mount },
  { name: 'workbench', label: 'Workbench', mount: workbench.mount },
]);
