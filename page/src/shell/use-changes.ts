import { useEffect, useState } from 'preact/hooks';
import type { Changing } from '../model/changing.js';

/**
 * Has a component drawn again when something changes, once per animation frame at most; so not at all while the page is
 * hidden, which has none.
 */
export function useChanges(changing: Changing): void {
  const [, draw] = useState(changing.version);
  useEffect(() => {
    let frame = 0;
    const update = () => {
      frame = 0;
      draw(changing.version);
    };
    const ask = () => {
      if (frame === 0) frame = requestAnimationFrame(update);
    };
    ask();
    const unsubscribe = changing.subscribe(ask);
    return () => {
      unsubscribe();
      cancelAnimationFrame(frame);
    };
  }, [changing]);
}
