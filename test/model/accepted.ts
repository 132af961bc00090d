import type {Answer, World} from './world.ts'

/** A use of a command as its caller knows it. */
export interface Asked {
  account: string
  token: string
  parameters: Record<string, string | string[]>
  isSchedule: boolean
  /** Known once an answer has come. */
  invokeId?: string
  /** It was refused for good, so that nothing may come of it. */
  isRefused: boolean
  /** A stop of it was acknowledged. */
  isStopped: boolean
  /** A stop was sent, whatever came of it. */
  mayBeStopped: boolean
}

/** Sends it, or sends it again, until somebody answers. */
export async function ask(world: World, asked: Asked): Promise<void> {
  const answer = await world.call(
    asked.account,
    'RunCommand',
    {...asked.parameters, ClientToken: asked.token},
    world.luck(),
  )
  if (answer === undefined) return
  const invokeId = invokeIdOf(answer)
  if (invokeId === undefined) asked.isRefused = asked.invokeId === undefined
  else if (asked.invokeId !== undefined && asked.invokeId !== invokeId) {
    throw new Error(`${asked.token} was ${asked.invokeId} and is ${invokeId}`)
  } else asked.invokeId = invokeId
}

function invokeIdOf({status, body}: Answer): string | undefined {
  if (status === 200) return String(body.InvokeId)
  if (status >= 400 && status < 500) return undefined
  throw new Error(`RunCommand: ${status} ${JSON.stringify(body)}`)
}
