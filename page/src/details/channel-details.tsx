import type { JSX } from 'preact';
import { duration, figure } from '../model/time-text.js';
import { stateText } from './channel-list.js';
import type { DetailsProps } from './details.js';
import { Facts, Link } from './link.js';

/** A channel: why nothing arrives on it, and what is known of it. */
export function ChannelDetails(
  props: DetailsProps & { readonly domid: number; readonly port: number },
): JSX.Element {
  const { snapshot, domid, port, select, showOnly } = props;
  const domain = snapshot.domains.find((each) => each.domid === domid);
  const channel = domain?.channels.find((each) => each.port === port);
  const file = domain?.files.find((each) => each.file === channel?.file);
  const ago = (at: number | undefined) =>
    at === undefined ? undefined : `${duration(Math.max(0, snapshot.time - at))} ago`;
  return (
    <>
      {channel !== undefined && (
        <>
          <h3>Channel</h3>
          <Facts
            facts={[
              [
                'is',
                channel.peer?.port === undefined ? (
                  stateText(channel)
                ) : (
                  <Link
                    to={{ kind: 'channel', domid: channel.peer.domid, port: channel.peer.port }}
                    select={select}
                  >
                    {stateText(channel)}
                  </Link>
                ),
              ],
              [
                'held by',
                file === undefined ? (
                  channel.handler
                ) : (
                  <Link to={{ kind: 'file', domid, file: file.file }} select={select}>
                    {file.process.comm} {file.process.pid === 0 ? '' : file.process.pid}
                  </Link>
                ),
              ],
              ['pending', channel.pending ? 'yes' : 'no'],
              ['masked', channel.masked ? ['yes', ...channel.maskReasons].join(', ') : 'no'],
              ['unread', channel.queued > 0 ? channel.queued : undefined],
              ['vCPU', channel.vcpu],
              ['priority', channel.priority],
              ['events', total(channel.events, channel.coalesced, 'merged')],
              ['overflows', channel.overflows === 0 ? undefined : channel.overflows],
              ['sends', channel.sends],
              ['last event', ago(channel.lastEventAt)],
              ['last read', ago(channel.lastReadAt)],
              ['last written back', ago(channel.lastEnabledAt)],
              ['last send', ago(channel.lastSendAt)],
              ['opened', ago(channel.openedAt)],
            ]}
          />
        </>
      )}
      <p>
        <button type="button" onClick={() => showOnly(`domain:${domid} port:${port}`)}>
          Only this channel in the diagram
        </button>
      </p>
    </>
  );
}

function total(all: number | undefined, part: number | undefined, of: string): string | undefined {
  if (all === undefined) return undefined;
  return part === undefined || part === 0 ? figure(all) : `${figure(all)}, ${figure(part)} ${of}`;
}
