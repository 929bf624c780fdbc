import { Component, type ComponentType, type JSX } from 'preact';

/**
 * A component that is drawn again only when one of its properties is another. The page is drawn with every batch of a trace,
 * several times a second; most of its views show snapshots.
 */
export function whenChanged<Props extends object>(
  Drawn: ComponentType<Props>,
): ComponentType<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const before: Readonly<Props> = this.props;
      const names = Object.keys({ ...before, ...next }) as (keyof Props)[];
      return names.some((name) => before[name] !== next[name]);
    }

    override render(): JSX.Element {
      return <Drawn {...(this.props as Props)} />;
    }
  };
}
