import type {RandomBytes} from '../core/ids.ts'

/** Web crypto's, which Node loads when it is first asked; node:crypto takes milliseconds of every start. */
export const randomBytes: RandomBytes = (size) => crypto.getRandomValues(new Uint8Array(size))

/** 0 ≤ x < 1, for jitter. */
export const random = (): number => Math.random()
