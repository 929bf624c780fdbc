/**
 * Checks what a scene says about itself.
 * @throws Error where it does not hold: the demo fails rather than shows something untrue
 */
export function claim(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the demo claims something that does not hold: ${what}`);
}
