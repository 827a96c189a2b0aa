// Runs before the page is painted, so that a remembered theme does not flash up late.
try {
  const theme = localStorage.getItem('sluice.theme');
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // No storage: the system's theme holds.
}
