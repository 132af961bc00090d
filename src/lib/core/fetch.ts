/** The network, handed in; the control plane itself has this shape, so that tests need no port. */
export type Fetch = (request: Request) => Promise<Response>
