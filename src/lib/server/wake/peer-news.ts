/** What servers that share a database tell each other. All of it is hints: what is true is stored. */
export type PeerNews =
  | {tells: 'kick'; instanceId: string; kind: 'run' | 'stop'; taskId: string}
  | {tells: 'changed'; invokeId: string}
  | {tells: 'deregistered'; instanceId: string}
  /** The instance has connected here: whoever held it before lets it go. */
  | {tells: 'connected'; instanceId: string}
  /** Its channel here has closed, and an agent of ours comes back at once. */
  | {tells: 'left'; instanceId: string}
  /** Does the agent at your end still answer? */
  | {tells: 'question'; instanceId: string; id: string}
  | {tells: 'answer'; id: string; isAlive: boolean}

export function encodePeerNews(news: PeerNews): string {
  return JSON.stringify(news)
}

/** `undefined`: not one of ours; servers of another version may know more. */
export function decodePeerNews(text: string): PeerNews | undefined {
  const news: unknown = JSON.parse(text)
  if (typeof news !== 'object' || news === null || !('tells' in news)) return undefined
  const has = (...names: string[]): boolean => names.every((name) => typeof Reflect.get(news, name) === 'string')
  const isKnown =
    (news.tells === 'kick' && has('instanceId', 'taskId', 'kind')) ||
    (news.tells === 'changed' && has('invokeId')) ||
    ((news.tells === 'deregistered' || news.tells === 'connected' || news.tells === 'left') && has('instanceId')) ||
    (news.tells === 'question' && has('instanceId', 'id')) ||
    (news.tells === 'answer' && has('id') && 'isAlive' in news)
  return isKnown ? (news as PeerNews) : undefined
}
