import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PageModel } from '../model/page-model.js';
import type { Connection } from '../model/source-follower.js';
import { clockText, count } from '../model/time-text.js';
import { applyTheme, storedTheme, THEMES } from './theme.js';

const THEME_SIGNS = { auto: '◐', light: '☀', dark: '☾' } as const;

/** Name of the host, how it is reached, its time, and how much of it is shown. */
export function Header(props: {
  readonly name: string;
  readonly connection: Connection;
  readonly model: PageModel;
  readonly onHelp: () => void;
}): JSX.Element {
  const { name, connection, model, onHelp } = props;
  const { snapshot, share, dropped } = model;
  const [theme, setTheme] = useState(storedTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  const turn = () => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <header class="header">
      <h1>
        <span class="product">xen-evtchn</span> {name}
      </h1>
      <p class={`connection ${connection.state}`} role="status">
        {connectionText(connection)}
      </p>
      <p class="figures">
        {snapshot !== undefined && <span>{clockText(snapshot)}</span>}
        <span>{count(share.events, 'event')}</span>
        {share.note !== undefined && <strong class="sampled">{share.note}</strong>}
        {dropped > 0 && <strong class="dropped">{count(dropped, 'record')} lost</strong>}
      </p>
      <button type="button" class="quiet" onClick={turn} title={`Theme: ${theme}`}>
        <span aria-hidden="true">{THEME_SIGNS[theme]}</span>
        <span class="sr-only">{`Theme: ${theme}. Change to ${next}`}</span>
      </button>
      <button type="button" class="quiet" onClick={onHelp} aria-keyshortcuts="?" title="Help (?)">
        <span aria-hidden="true">?</span>
        <span class="sr-only">Help</span>
      </button>
    </header>
  );
}

function connectionText(connection: Connection): string {
  switch (connection.state) {
    case 'connecting':
      return 'connecting';
    case 'live':
      return 'live';
    case 'failing':
      return `no answer: ${connection.why}`;
    case 'ended':
      return `ended: ${connection.why}`;
  }
}
