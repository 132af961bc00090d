/** A kick wakes an agent. Never send one with exactly two words: it deafens the official agent. Source: agent-protocol, 7.4. */
export function encodeKick(kick: {kind: 'run' | 'stop'; taskId: string}): string {
  return `kick_vm task ${kick.kind} ${kick.taskId}`
}

/** Makes an agent say goodbye and forget its identity. */
export const DEREGISTER_KICK = 'kick_vm agent deregister'

/** What the text asks the agent to do; `undefined` is answered with `unknow:`. */
export function decodeKick(
  text: string,
):
  | {kind: 'fetch'; taskId?: string}
  | {kind: 'session'; channelId: string}
  | {kind: 'noop'}
  | {kind: 'deregister'}
  | undefined {
  const words = text.trim().split(' ')
  if (words[0] !== 'kick_vm') return undefined
  if (words.length === 1) return {kind: 'fetch'}
  if (words[1] === 'noop') return {kind: 'noop'}
  if (words[1] === 'agent' && words[2] === 'deregister') return {kind: 'deregister'}
  if (words[1] === 'session' && words[3]) {
    return words[2] === 'start' ? {kind: 'session', channelId: words[3]} : {kind: 'noop'}
  }
  if ((words[1] === 'task' || words[1] === 'file') && words[3]) return {kind: 'fetch', taskId: words[3]}
  return undefined
}
