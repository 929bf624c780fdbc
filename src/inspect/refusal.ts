/** Why a request gets nothing, with the HTTP status that says so. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  /** @param why - in words for whoever looks at the page */
  constructor(status: number, why: string) {
    super(why);
    this.status = status;
  }
}
