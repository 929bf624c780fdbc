import type { JSX } from 'preact';
import { duration } from '../model/time-text.js';
import { ChannelList } from './channel-list.js';
import type { DetailsProps } from './details.js';
import { Facts, Link } from './link.js';

/** An open file of the device: its process, its ring, its ports. */
export function FileDetails(
  props: DetailsProps & { readonly domid: number; readonly file: number },
): JSX.Element {
  const { snapshot, domid, file: number, select, showOnly } = props;
  const domain = snapshot.domains.find((each) => each.domid === domid);
  const file = domain?.files.find((each) => each.file === number);
  if (domain === undefined || file === undefined) return <p>It is not open any more.</p>;
  const { process, ports, unread, ringSize, overflow, readers, polled, restrictedTo } = file;
  const ago = (at: number | undefined) =>
    at === undefined ? undefined : `${duration(Math.max(0, snapshot.time - at))} ago`;
  return (
    <>
      <Facts
        facts={[
          ['process', process.pid === 0 ? process.comm : `${process.comm}, ${process.pid}`],
          [
            'domain',
            <Link to={{ kind: 'domain', domid }} select={select}>
              {domid}
            </Link>,
          ],
          ['ring', `${unread} of ${ringSize} unread${overflow ? ', overflowed' : ''}`],
          ['waiting', waiting(readers, polled)],
          ['restricted', restrictedTo === undefined ? undefined : `to domain ${restrictedTo}`],
          ['opened', ago(file.openedAt)],
          ['last read', ago(file.lastReadAt)],
          ['last write', ago(file.lastWriteAt)],
          ['overflowed', ago(file.overflowedAt)],
        ]}
      />
      {process.pid !== 0 && (
        <p>
          <button type="button" onClick={() => showOnly(`process:${process.pid}`)}>
            Only this process in the diagram
          </button>
        </p>
      )}
      <h3>{`Ports (${ports})`}</h3>
      <ChannelList
        domid={domid}
        channels={domain.channels.filter((channel) => channel.file === number)}
        select={select}
      />
    </>
  );
}

function waiting(readers: number, polled: boolean): string {
  const parts = [readers === 0 ? '' : `${readers} in read`, polled ? 'polled' : ''];
  return parts.filter((part) => part !== '').join(', ') || 'nobody';
}
