/** A timer that was asked for and may still be called off. */
export interface Timer {
  /** Calls it off; too late or twice does nothing. */
  cancel(): void;
}

/**
 * Time as the guests of a host see it. The core owns none: a host is given one, virtual or real.
 */
export interface Clock {
  /** Milliseconds since some start; never goes back, may have a fraction. */
  now(): number;
  /**
   * Has `callback` called once, as soon as {@link now} has reached `at`; never from inside this call.
   * @param at - in milliseconds of {@link now}; a time gone by means as soon as possible
   */
  schedule(at: number, callback: () => void): Timer;
}
