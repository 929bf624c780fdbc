/** How the page looks: as the system does, or as chosen here. */
export type Theme = 'auto' | 'light' | 'dark';

/** In the order in which a click goes through them. */
export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

const KEY = 'xen-evtchn-theme';

/** The theme that was chosen last, on this machine. Where nothing can be stored, as the system has it. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === stored) ?? 'auto';
  } catch {
    // A browser that is told to keep nothing throws; the page needs nothing kept.
    return 'auto';
  }
}

/** Has the page look like that, from now on and the next time. */
export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'auto') delete dataset.theme;
  else dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // As above: then only this once.
  }
}
