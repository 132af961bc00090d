// A server on the same listener as the control plane that reads a request, answers it and does nothing else: the line to measure by.
import {createAdaptorServer} from '@hono/node-server'

const text = 'x'.repeat(300)
const server = createAdaptorServer({
  overrideGlobalObjects: false,
  serverOptions: {noDelay: true, keepAliveTimeout: 75_000},
  fetch: async (request) => {
    await request.arrayBuffer()
    return Response.json({code: 200, text})
  },
})
server.listen(0, '127.0.0.1', () => process.send({port: server.address().port}))
process.on('disconnect', () => process.exit(0))
