/** Who owns a thing, and where. */
export interface Owner {
  accountId: string
  regionId: string
}
