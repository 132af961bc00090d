/**
 * Our own additions by which a command line gets all that a script prints, not only its newest 24 KB. They go to a server that has said
 * that it is one of ours, and to no other.
 *
 * - Any answer of ours: the header below.
 * - RunCommand, InvokeCommand: `AssistFollower`, the caller's name for itself, says that its looks will follow from the first byte on;
 *   NO_FOLLOWER that none will.
 * - DescribeInvocationResults with an InvokeId: `AssistFollower`; `AssistFollow.N.InstanceId` and `.Position`, up to where it has the output
 *   of which instance; `AssistMostBytes`, how much it takes at once. A look that finds news for it is not held back. NO_FOLLOWER again says
 *   that nobody follows, where RunCommand could not.
 * - Its answer: `AssistOutputs.AssistOutput[]`, one for each instance that is followed: `InstanceId`; `Position` and `Content` (Base64),
 *   what comes next, where a position beyond the one that was asked for says that the bytes between are gone; `End`, up to where there is
 *   output by now. `Output` of what is followed is left out.
 */
export const SERVER_HEADER = 'x-assist-server'

/** Someone who says beforehand that nobody follows. */
export const NO_FOLLOWER = 'none'

export const FOLLOWER_ID = /^[a-z0-9-]{1,64}$/

/** Most bytes of one answer, over all instances. */
export const MOST_BYTES_PER_LOOK = 1024 * 1024

/** Whoever does not come back for what there is within this has stalled; scripts do not wait for them any longer. */
export const FOLLOW_GRACE_MS = 10_000
