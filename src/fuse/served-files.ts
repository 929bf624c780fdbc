import type { HostDomain } from '../host/host-domain.js';
import type { TraceReader } from '../trace-stream/trace-reader.js';
import { notifyLine, virqLine } from './domain-controls.js';
import type { TextBytes, TreeFile } from './tree-file.js';

/** Modes: what everybody may read, what only the owner may read or write. */
const PUBLIC = 0o444;
const PRIVATE = 0o400;
const CONTROL = 0o200;

/** What is to be read of a served host. */
export interface ServedContents {
  /** What serves it. */
  readonly server: () => TextBytes;
  /** What it is like now, as JSON in UTF-8: all of it, or one domain. */
  readonly state: (domain?: HostDomain) => TextBytes;
  /** Its metrics, in Prometheus' text format; undefined where nothing is counted. */
  readonly metrics: (() => TextBytes) | undefined;
  /** The faults it has shown; undefined where it is to show none. */
  readonly faults: (() => TextBytes) | undefined;
  /** Begins a trace of it. */
  readonly trace: () => TraceReader;
  /** What of a domain is bound to what. */
  readonly channels: (domain: HostDomain) => TextBytes;
  /** Who has a domain's device open. */
  readonly files: (domain: HostDomain) => TextBytes;
}

/** Files of the root. */
export function rootFiles(contents: ServedContents): TreeFile[] {
  const { metrics, faults } = contents;
  return [
    { name: 'server', kind: 'text', mode: PUBLIC, text: contents.server },
    { name: 'state', kind: 'text', mode: PRIVATE, text: () => contents.state() },
    ...(metrics === undefined
      ? []
      : [{ name: 'metrics', kind: 'text', mode: PRIVATE, text: metrics } as const]),
    ...(faults === undefined
      ? []
      : [{ name: 'faults', kind: 'text', mode: PRIVATE, text: faults } as const]),
    { name: 'trace', kind: 'trace', mode: PRIVATE, open: contents.trace },
  ];
}

/** Files of a domain's folder, besides its device. They are its owner's alone, whoever else may use the device. */
export function domainFiles(domain: HostDomain, contents: ServedContents): TreeFile[] {
  return [
    { name: 'channels', kind: 'text', mode: PRIVATE, text: () => contents.channels(domain) },
    { name: 'files', kind: 'text', mode: PRIVATE, text: () => contents.files(domain) },
    { name: 'state', kind: 'text', mode: PRIVATE, text: () => contents.state(domain) },
    { name: 'notify', kind: 'control', mode: CONTROL, control: (line) => notifyLine(domain, line) },
    { name: 'virq', kind: 'control', mode: CONTROL, control: (line) => virqLine(domain, line) },
  ];
}
