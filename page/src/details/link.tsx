import type { ComponentChildren, JSX } from 'preact';
import type { Selection, ViewProps } from '../view.js';

/** Words that have the panel tell of something else. */
export function Link(props: {
  readonly to: Selection;
  readonly select: ViewProps['select'];
  readonly children: ComponentChildren;
}): JSX.Element {
  const { to, select, children } = props;
  return (
    <button type="button" class="link" onClick={() => select(to)}>
      {children}
    </button>
  );
}

/** The two columns of a panel: what, and how it is. What is undefined is left out. */
export function Facts(props: {
  readonly facts: readonly (readonly [string, ComponentChildren])[];
}): JSX.Element {
  return (
    <dl class="facts">
      {props.facts
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <>
            <dt key={name}>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </dl>
  );
}
