/** Gives what comes and goes one of a few colours, which it keeps for as long as it is there. */
export class ColourSlots {
  readonly #held: (string | undefined)[];

  /** @param count - how many colours there are */
  constructor(count: number) {
    this.#held = new Array<string | undefined>(count).fill(undefined);
  }

  /**
   * Who has which colour now.
   * @param keys - what is there, the most important first; those beyond the number of colours get none
   * @returns by colour; undefined for a colour that is free
   */
  assign(keys: readonly string[]): readonly (string | undefined)[] {
    const held = this.#held;
    const wanted = new Set(keys.slice(0, held.length));
    for (const [slot, key] of held.entries()) {
      if (key === undefined) continue;
      if (wanted.has(key)) wanted.delete(key);
      else held[slot] = undefined;
    }
    for (const key of wanted) held[held.indexOf(undefined)] = key;
    return [...held];
  }
}
