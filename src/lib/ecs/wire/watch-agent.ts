import type http from 'node:http'

/** The same connections, but each request made through it is shown first: an SDK that keeps its requests to itself still takes an agent. */
export function watchAgent(agent: http.Agent, watch: (request: http.ClientRequest) => void): http.Agent {
  const inner = agent as unknown as {addRequest(request: http.ClientRequest, ...rest: unknown[]): void}
  return Object.create(agent, {
    addRequest: {
      value: (request: http.ClientRequest, ...rest: unknown[]) => {
        watch(request)
        inner.addRequest(request, ...rest)
      },
    },
  }) as http.Agent
}
