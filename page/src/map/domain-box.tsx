import type { JSX } from 'preact';
import type { FileSnapshot } from 'xen-evtchn/embedded';
import type { Selection, ViewProps } from '../view.js';
import { HEADER, type PlacedGroup } from './domain-layout.js';
import type { PlacedDomain } from './map-layout.js';

/** A domain as a box, with a frame for each of its open files. */
export function DomainBox({
  placed,
  hub,
  selection,
  select,
}: {
  readonly placed: PlacedDomain;
  readonly hub: boolean;
  readonly selection: Selection | undefined;
  readonly select: ViewProps['select'];
}): JSX.Element {
  const { map, x, y, width, height, groups } = placed;
  const { domid, channels, abi, kernel, paused } = map.domain;
  const selected = selection?.kind === 'domain' && selection.domid === domid;
  const count = channels.length === 1 ? '1 port' : `${channels.length} ports`;
  const notes = [kernel ? abi : 'no kernel', paused ? 'paused' : '', count];
  const note = notes.filter((text) => text !== '').join(', ');
  const name = domid === 0 ? 'Domain 0' : `Domain ${domid}`;
  const room = width - 26 - name.length * 8;
  const shown = [note, count, ''].find((text) => text.length * 6.7 <= room);
  return (
    <g class={hub ? 'domain is-hub' : 'domain'} transform={`translate(${x} ${y})`}>
      <rect
        class={selected ? 'domain-box is-selected' : 'domain-box'}
        {...{ width, height }}
        rx={7}
      />
      <Named
        label={`${name}, ${note}`}
        selected={selected}
        choose={() => select({ kind: 'domain', domid })}
        area={{ x: 0, y: 0, width, height: HEADER - 4 }}
      >
        <text class="domain-name" x={9} y={17}>
          {name}
        </text>
        <text class="domain-note" x={width - 9} y={17}>
          {shown}
        </text>
      </Named>
      {groups.map((group) => (
        <GroupFrame
          key={group.group.key}
          placed={group}
          selected={
            selection?.kind === 'file' &&
            selection.domid === domid &&
            selection.file === group.group.file?.file
          }
          choose={(file) => select({ kind: 'file', domid, file: file.file })}
        />
      ))}
    </g>
  );
}

/** The channels of an open file, or of the kernel. */
function GroupFrame({
  placed: { group, box, label, cells },
  selected,
  choose,
}: {
  readonly placed: PlacedGroup;
  readonly selected: boolean;
  readonly choose: (file: FileSnapshot) => void;
}): JSX.Element {
  const { file, title } = group;
  const text = (
    <text class="group-label" x={box.x + 5} y={box.y + 11.5}>
      {label}
    </text>
  );
  const classes = ['group'];
  if (file === undefined) classes.push('is-kernel');
  if (file?.overflow) classes.push('is-overflowed');
  if (selected) classes.push('is-selected');
  const words =
    file && `Open file ${file.file} of ${title}, ${cells.length} ports, ${file.unread} unread`;
  return (
    <g>
      <rect class={classes.join(' ')} {...box} rx={4} />
      {file === undefined || words === undefined ? (
        text
      ) : (
        <Named
          label={file.overflow ? `${words}, ring overflowed` : words}
          selected={selected}
          choose={() => choose(file)}
          area={label === '' ? box : { ...box, height: 15 }}
        >
          {text}
        </Named>
      )}
    </g>
  );
}

/** A heading that can be chosen. */
function Named({
  label,
  selected,
  choose,
  area,
  children,
}: {
  readonly label: string;
  readonly selected: boolean;
  readonly choose: () => void;
  readonly area: { x: number; y: number; width: number; height: number };
  readonly children: JSX.Element | JSX.Element[];
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG
    <g
      class="named"
      role="button"
      tabindex={0}
      aria-label={label}
      aria-pressed={selected}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        choose();
      }}
    >
      <title>{label}</title>
      <rect class="named-area" {...area} rx={4} />
      {children}
    </g>
  );
}
