import type { JSX } from 'preact';
import type { Lifeline } from '../model/lifelines.js';
import type { Selection } from '../view.js';
import type { Columns } from './columns.js';

/** Names of the lifelines, above the diagram: each opens what there is to tell of its domain or open file. */
export function DiagramHead(props: {
  readonly columns: Columns;
  readonly select: (selection: Selection) => void;
}): JSX.Element {
  const { columns, select } = props;
  return (
    <div class="diagram-head">
      <div class="corner">time, s</div>
      <div class="lanes" style={{ width: `${columns.width}px` }}>
        {columns.groups.map(({ domid, left, width }) => (
          <button
            key={domid}
            type="button"
            class="lane domain"
            style={{ left: `${left}px`, width: `${width}px` }}
            onClick={() => select({ kind: 'domain', domid })}
          >
            domain {domid}
          </button>
        ))}
        {columns.all.map(({ line, left, width }) => (
          <Lane key={line.key} line={line} left={left} width={width} select={select} />
        ))}
      </div>
    </div>
  );
}

function Lane(props: {
  readonly line: Lifeline;
  readonly left: number;
  readonly width: number;
  readonly select: (selection: Selection) => void;
}): JSX.Element {
  const { line, left, width, select } = props;
  const { domid, file, comm, pid } = line;
  const ended = line.end === undefined ? '' : ' ended';
  const style = { left: `${left}px`, width: `${width}px` };
  if (file === undefined) {
    return (
      <span class={`lane kernel${ended}`} style={style}>
        kernel
      </span>
    );
  }
  const name = comm ?? `file ${file}`;
  const number = pid === undefined || pid === 0 ? `#${file}` : String(pid);
  return (
    <button
      type="button"
      class={`lane file${ended}`}
      style={style}
      title={`${name}, process ${pid ?? 'unknown'}, open file ${file}`}
      onClick={() => select({ kind: 'file', domid, file })}
    >
      {name}
      <span class="pid">{number}</span>
    </button>
  );
}
