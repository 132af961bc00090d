/**
 * Our own addition to any call; the cloud ignores it. A call that carries it is a mere look, such as `local status`, and no use that an embedded
 * control plane should stay up for.
 */
export const LOOK_HEADER = 'x-assist-look'
