import {counted} from '../core/count.ts'
import {type Arranger, createArranger, type LiveOptions, type Sinks} from './arrange-output.ts'

export interface LiveChunk {
  bytes: Uint8Array
  /** Bytes in front of `bytes` that are gone. */
  lost: number
  isLast: boolean
}

/** Arranges the output of running scripts for stdout, chunk by chunk. */
export function createLiveOutput(sinks: Sinks, options: LiveOptions): (instanceId: string, chunk: LiveChunk) => void {
  const arrangers = new Map<string, Arranger>()
  return (instanceId, chunk) => {
    const arranger = arrangers.get(instanceId) ?? createArranger(instanceId, sinks, options)
    arrangers.set(instanceId, arranger)
    if (chunk.lost > 0) {
      arranger.cut()
      sinks.err(`${instanceId}: ${counted(chunk.lost, 'byte')} of output dropped before they could be read\n`)
    }
    arranger.push(chunk.bytes)
    if (chunk.isLast) arranger.end()
  }
}
