// Runs before the page is painted, so that a remembered theme does not flash up late.
try {
  const theme = JSON.parse(localStorage.getItem('sluice.theme'));
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Nothing is remembered: the system's theme holds.
}
