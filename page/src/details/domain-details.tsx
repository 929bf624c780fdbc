import type { JSX } from 'preact';
import { ChannelList } from './channel-list.js';
import type { DetailsProps } from './details.js';
import { Facts, Link } from './link.js';

/** A domain: its kernel, its open files, its channels. */
export function DomainDetails(props: DetailsProps & { readonly domid: number }): JSX.Element {
  const { snapshot, domid, select, showOnly } = props;
  const domain = snapshot.domains.find((each) => each.domid === domid);
  if (domain === undefined) return <p>It is not there any more.</p>;
  const { abi, kernel, vcpus, upcallMasked, paused, files, channels } = domain;
  const masked = upcallMasked.length === 0 ? undefined : `vCPU ${upcallMasked.join(', ')}`;
  return (
    <>
      <Facts
        facts={[
          ['event ABI', abi === 'fifo' ? 'FIFO' : '2-level'],
          ['kernel', kernel ? 'runs' : 'none'],
          ['vCPUs', vcpus],
          ['no upcalls on', masked],
          ['state', paused ? 'paused' : undefined],
          ['highest port', domain.maxPort],
        ]}
      />
      <p>
        <button type="button" onClick={() => showOnly(`domain:${domid}`)}>
          Only this domain in the diagram
        </button>
      </p>
      <h3>{`Open files (${files.length})`}</h3>
      <ul class="list">
        {files.map(({ file, process, unread }) => (
          <li key={file}>
            <Link to={{ kind: 'file', domid, file }} select={select}>
              {process.pid === 0 ? process.comm : `${process.comm} ${process.pid}`}
            </Link>{' '}
            <span class="faint">{`file ${file}${unread > 0 ? `, ${unread} unread` : ''}`}</span>
          </li>
        ))}
      </ul>
      <h3>{`Channels (${channels.length})`}</h3>
      <ChannelList domid={domid} channels={channels} select={select} />
    </>
  );
}
