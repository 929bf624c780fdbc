import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Moment } from '../model/moment.js';
import type { SequenceView } from '../model/sequence-view.js';
import { useChanges } from '../shell/use-changes.js';
import type { ViewProps } from '../view.js';
import { Diagram } from './diagram.js';
import type { ScrollKeeper } from './scroll-keeper.js';
import { SequenceToolbar } from './sequence-toolbar.js';
import { useSequenceKeys } from './use-sequence-keys.js';

/** The live sequence diagram with what steers it. */
export function Sequence(
  props: ViewProps & { readonly view: SequenceView; readonly keeper: ScrollKeeper },
): JSX.Element {
  const { view, keeper, model, selection, select } = props;
  useChanges(view);
  const filterBox = useRef<HTMLInputElement>(null);
  const selected = selection?.kind === 'event' ? selection.moment : undefined;
  const choose = (moment: Moment | undefined) => {
    if (moment === undefined) return;
    // Who looks at one event wants it to stay where it is.
    view.pause();
    select({ kind: 'event', moment });
  };
  const step = (direction: 1 | -1) => choose(view.step(direction));
  const clear = () => {
    if (selection !== undefined) select(undefined);
    else if (view.filterText !== '') view.setFilter('');
  };
  useSequenceKeys({ view, step, clear, focusFilter: () => filterBox.current?.select() });
  view.update();
  return (
    <section class="sequence" aria-label="Sequence diagram">
      <SequenceToolbar view={view} model={model} step={step} filterBox={filterBox} />
      <Diagram
        view={view}
        keeper={keeper}
        model={model}
        selected={selected}
        choose={choose}
        select={select}
      />
    </section>
  );
}
