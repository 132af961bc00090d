import {randomBytes as nodeRandomBytes} from 'node:crypto'
import type {RandomBytes} from '../core/ids.ts'

export const randomBytes: RandomBytes = (size) => nodeRandomBytes(size)

/** 0 ≤ x < 1, for jitter. */
export const random = (): number => Math.random()
