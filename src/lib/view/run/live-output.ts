import {counted} from '../../core/count.ts'
import {type Arranger, createArranger, type LiveOptions, type Sinks} from './arrange-output.ts'

export interface LiveChunk {
  bytes: Uint8Array
  /** Bytes in front of `bytes` that are gone. */
  lost: number
  isLast: boolean
}

const LINE_FEED = 10

/** Arranges the output of running scripts for stdout, chunk by chunk. */
export function createLiveOutput(sinks: Sinks, options: LiveOptions): (instanceId: string, chunk: LiveChunk) => void {
  const arrangers = new Map<string, Arranger>()
  /** Whose output ended within a line. */
  const endsOpen = new Map<string, boolean>()
  return (instanceId, chunk) => {
    const arranger = arrangers.get(instanceId) ?? createArranger(instanceId, sinks, options)
    arrangers.set(instanceId, arranger)
    if (chunk.lost > 0) {
      arranger.cut()
      const missing = counted(chunk.lost, 'byte')
      const isOpen = options.arrangement !== 'lines' && endsOpen.get(instanceId) === true
      // In the stream's place as well: whoever reads it later must not take what follows for what came next.
      arranger.push(Buffer.from(`${isOpen ? '\n' : ''}[assist: ${missing} of output missing here]\n`))
      sinks.err(
        `${instanceId}: ${missing} of output dropped before they could be read; to have all of it, let the script write to a file there and fetch that, in parts if it is long\n`,
      )
    }
    if (chunk.bytes.length > 0) endsOpen.set(instanceId, chunk.bytes.at(-1) !== LINE_FEED)
    arranger.push(chunk.bytes)
    if (chunk.isLast) arranger.end()
  }
}
