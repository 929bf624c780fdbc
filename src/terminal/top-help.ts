/** The last line of the screen. */
export const TOP_KEYS =
  's/S or >/< sort by  r reverse  / filter  space pause  ↑↓ PgUp PgDn scroll  ? help  q quit';

/** What is shown when somebody asks for help. */
export const TOP_HELP: readonly string[] = [
  'xen-evtchn top: what goes through every channel',
  '',
  '  s or >      sort by the next column        S or <      by the one before',
  '  r           the other way round',
  '  /           show only some: type, then Enter, or Escape to leave it as it was:',
  '                7        domain, port or process 7',
  '                0:14     port 14 of domain 0; 0: all of domain 0',
  '                front    part of the process, the state or the peer',
  '  space       stand still, and go on',
  '  up down     scroll; also k j, Page Up and Down, Home and End, g G',
  '  Ctrl-L      draw it all again              Ctrl-Z      suspend',
  '  q, Ctrl-C   quit',
  '',
  'events/s    events made pending on the port, merged ones included',
  'merged/s    events that came while one was pending already',
  'sends/s     sends made on the port, to its peer',
  'queued      its events in the ring of its open file, unread',
  'waits for   reader: it is in the ring; write-back: it was read, and stays masked until',
  '            then; late EOI: that was put off; peer: nobody has connected',
  '',
  'Any key goes back.',
];
