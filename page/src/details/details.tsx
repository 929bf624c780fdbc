import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ChannelDetails } from '../channel/channel-details.js';
import type { Selection, ViewProps } from '../view.js';
import { DomainDetails } from './domain-details.js';
import { EventDetails } from './event-details.js';
import { FileDetails } from './file-details.js';

/** What details are given: the views' properties, and how to show the moments of something only. */
export interface DetailsProps extends ViewProps {
  /** Goes to the sequence diagram with a filter. */
  readonly showOnly: (filter: string) => void;
}

/** The panel beside the views: what is selected, and what there is to tell of it. */
export function Details(props: DetailsProps & { readonly selection: Selection }): JSX.Element {
  const { selection, select } = props;
  const panel = useRef<HTMLElement>(null);
  const about = keyOf(selection);
  useEffect(() => panel.current?.scrollTo(0, 0), [about]);
  return (
    <aside class="details" aria-label="Details" tabIndex={-1} ref={panel}>
      <div class="details-head">
        <h2>{titleOf(selection)}</h2>
        <button type="button" class="quiet" title="Close (Esc)" onClick={() => select(undefined)}>
          <span aria-hidden="true">✕</span>
          <span class="sr-only">Close details</span>
        </button>
      </div>
      <Body {...props} />
    </aside>
  );
}

function Body(props: DetailsProps & { readonly selection: Selection }): JSX.Element {
  const { selection } = props;
  switch (selection.kind) {
    case 'event':
      return <EventDetails {...props} moment={selection.moment} />;
    case 'channel':
      return <Channel {...props} domid={selection.domid} port={selection.port} />;
    case 'file':
      return <FileDetails {...props} domid={selection.domid} file={selection.file} />;
    case 'domain':
      return <DomainDetails {...props} domid={selection.domid} />;
  }
}

function Channel(
  props: DetailsProps & { readonly domid: number; readonly port: number },
): JSX.Element {
  const { domid, port, showOnly } = props;
  return (
    <>
      <ChannelDetails {...props} />
      <p class="only">
        <button type="button" onClick={() => showOnly(`domain:${domid} port:${port}`)}>
          Only this channel in the diagram
        </button>
      </p>
    </>
  );
}

/** What tells one selection from another. */
function keyOf(selection: Selection): string {
  if (selection.kind === 'event') return `event ${selection.moment.seq}`;
  return Object.values(selection).join(' ');
}

function titleOf(selection: Selection): string {
  switch (selection.kind) {
    case 'event': {
      const { domid, port, trail } = selection.moment;
      const what = trail === undefined ? 'Moment' : 'Event';
      return `${what} in domain ${domid}${port === undefined ? '' : `, port ${port}`}`;
    }
    case 'channel':
      return 'Channel';
    case 'file':
      return `Open file ${selection.file} of domain ${selection.domid}`;
    case 'domain':
      return `Domain ${selection.domid}`;
  }
}
