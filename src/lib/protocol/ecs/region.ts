/** Whether this can be the id of a region, such as cn-hangzhou. */
export function isRegionId(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(text)
}
