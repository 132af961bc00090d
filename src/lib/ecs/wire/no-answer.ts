/** Why there is no answer. `sent`: the request may have arrived. */
export class NoAnswer extends Error {
  readonly sent: boolean

  constructor(cause: unknown, sent: boolean) {
    super('no answer', {cause})
    this.sent = sent
  }
}
