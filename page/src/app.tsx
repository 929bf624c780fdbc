import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { HostControls } from './controls/host-controls.js';
import { Details } from './details/details.js';
import { MapView } from './map/map-view.js';
import { PageModel } from './model/page-model.js';
import { SequenceView } from './model/sequence-view.js';
import { SourceFollower } from './model/source-follower.js';
import { PlotsView } from './plots/plots-view.js';
import { ScrollKeeper } from './sequence/scroll-keeper.js';
import { Sequence } from './sequence/sequence.js';
import { isTaken } from './sequence/use-sequence-keys.js';
import { Header } from './shell/header.js';
import { Help } from './shell/help.js';
import { type Tab, Tabs } from './shell/tabs.js';
import { applyTheme, storedTheme } from './shell/theme.js';
import { useChanges } from './shell/use-changes.js';
import type { HostSource } from './source/host-source.js';
import { TablesView } from './tables/tables-view.js';
import type { Selection, ViewProps } from './view.js';

type TabId = 'sequence' | 'map' | 'channels' | 'rates';

const TABS: readonly Tab<TabId>[] = [
  { id: 'sequence', label: 'Sequence' },
  { id: 'map', label: 'Map' },
  { id: 'channels', label: 'Channels' },
  { id: 'rates', label: 'Rates' },
];

/** The page over one host, whatever stands behind it. For another host it needs another key. */
export function App({ source }: { readonly source: HostSource }): JSX.Element {
  const model = useMemo(() => new PageModel(), []);
  const sequence = useMemo(() => new SequenceView(model), [model]);
  const keeper = useMemo(() => new ScrollKeeper(sequence), [sequence]);
  const follower = useMemo(() => new SourceFollower(source, model, globalThis), [source, model]);
  const [tab, setTab] = useState<TabId>('sequence');
  const [selection, setSelection] = useState<Selection>();
  const [help, setHelp] = useState(false);
  const opener = useRef<Element | null>(null);
  useChanges(model);
  useChanges(follower);

  useEffect(() => {
    applyTheme(storedTheme());
    const stop = follower.start();
    const watch = () => follower.watch(!document.hidden);
    watch();
    document.addEventListener('visibilitychange', watch);
    return () => {
      document.removeEventListener('visibilitychange', watch);
      stop();
    };
  }, [follower]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTaken(event)) return;
      const chosen = TABS[Number(event.key) - 1];
      if (chosen !== undefined) setTab(chosen.id);
      else if (event.key === '?') setHelp(true);
      else if (event.key === 'Escape' && tab !== 'sequence') setSelection(undefined);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [tab]);

  const select = useCallback((next: Selection | undefined) => setSelection(next), []);
  const showOnly = useCallback(
    (filter: string) => {
      sequence.setFilter(filter);
      setTab('sequence');
    },
    [sequence],
  );
  const openHelp = () => {
    opener.current = document.activeElement;
    setHelp(true);
  };
  const closeHelp = () => {
    setHelp(false);
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };

  const { snapshot, previous } = model;
  const views: ViewProps | undefined = snapshot && {
    source,
    control: source.control,
    snapshot,
    previous,
    model,
    selection,
    select,
  };
  return (
    <main class="page">
      <Header name={source.name} connection={follower.connection} model={model} onHelp={openHelp} />
      <Tabs tabs={TABS} chosen={tab} choose={setTab} />
      <div class="view" role="tabpanel" id={`view-${tab}`} aria-labelledby={`tab-${tab}`}>
        {views === undefined ? (
          <p class="waiting">Waiting for the host.</p>
        ) : (
          <View tab={tab} views={views} sequence={sequence} keeper={keeper} />
        )}
      </div>
      {views !== undefined && selection !== undefined && (
        <Details {...views} selection={selection} showOnly={showOnly} />
      )}
      {help && <Help onClose={closeHelp} />}
    </main>
  );
}

function View(props: {
  readonly tab: TabId;
  readonly views: ViewProps;
  readonly sequence: SequenceView;
  readonly keeper: ScrollKeeper;
}): JSX.Element {
  const { tab, views, sequence, keeper } = props;
  switch (tab) {
    case 'sequence':
      return <Sequence {...views} view={sequence} keeper={keeper} />;
    case 'map':
      return (
        <div class="sheet">
          {views.control !== undefined && (
            <HostControls control={views.control} snapshot={views.snapshot} />
          )}
          <MapView {...views} />
        </div>
      );
    case 'channels':
      return (
        <div class="sheet">
          <TablesView {...views} />
        </div>
      );
    case 'rates':
      return (
        <div class="sheet">
          <PlotsView {...views} />
        </div>
      );
  }
}
