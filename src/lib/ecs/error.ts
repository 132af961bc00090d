import {AssistError} from '../core/errors.ts'

/** What the service refused, in its own code and words (exit 121). Only `ecsCode` is stable; the message's wording changes. */
export class EcsError extends AssistError {
  readonly ecsCode: string
  readonly httpStatus: number
  readonly requestId: string

  constructor(
    fault: {code: string; message: string; httpStatus: number; requestId: string; action: string},
    hint?: string,
  ) {
    super('refused', `${fault.action}: ${fault.code}: ${fault.message} (request ${fault.requestId || 'id unknown'})`, {
      hint,
    })
    this.ecsCode = fault.code
    this.httpStatus = fault.httpStatus
    this.requestId = fault.requestId
  }
}
