import { type ChannelRow, holderText, peerText } from './channel-row.js';

/** Whether a row is one of those that are asked for. */
export type RowFilter = (row: ChannelRow) => boolean;

/**
 * What a text that somebody types asks for. All its words must fit a row: a number is that of a domain, a port or a process;
 * `D:P`, `D:` and `:P` are a domain and a port; any other word is part of the process's name, the state or the peer, however
 * written.
 */
export function rowFilter(text: string): RowFilter {
  const words = text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(wordFilter);
  return (row) => words.every((fits) => fits(row));
}

function wordFilter(word: string): RowFilter {
  const place = /^(\d*):(\d*)$/.exec(word);
  if (place !== null) {
    const [, domid = '', port = ''] = place;
    return ({ domain, channel }) =>
      (domid === '' || domain.domid === Number(domid)) &&
      (port === '' || channel.port === Number(port));
  }
  if (/^\d+$/.test(word)) {
    const number = Number(word);
    return ({ domain, channel, file }) =>
      channel.port === number || domain.domid === number || file?.process.pid === number;
  }
  const part = word.toLowerCase();
  return (row) =>
    [holderText(row), row.channel.state, peerText(row.channel)].some((of) =>
      of.toLowerCase().includes(part),
    );
}
