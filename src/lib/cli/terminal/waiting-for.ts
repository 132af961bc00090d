import type {EcsClient} from '../../ecs/client.ts'
import type {WaitingLine} from './waiting-line.ts'

/** The same client, whose calls are waited for in sight. */
export function waitingFor(ecs: EcsClient, line: WaitingLine, what: () => string): EcsClient {
  return {
    region: ecs.region,
    get endpoint() {
      return ecs.endpoint
    },
    get isOurs() {
      return ecs.isOurs
    },
    // An answer that is held back is waited for in another way: with the progress of the run.
    call: (action, parameters, options) =>
      options?.hold
        ? ecs.call(action, parameters, options)
        : line.during(what, () => ecs.call(action, parameters, options)),
  }
}

export function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : endpoint
}
