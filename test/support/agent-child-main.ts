// An agent as a process of its own, for tests that kill it. Arguments: run|register, folder, server, umask.
import {registerAgent, startAgent} from '../../src/lib/agent/main.ts'

const [action, stateDir = '', url = '', umask = '022'] = process.argv.slice(2)
process.umask(Number.parseInt(umask, 8))
const log = {info: () => {}, warn: () => {}, error: () => {}}
const spareRoots = process.env.SPARE_ROOT === undefined ? undefined : [process.env.SPARE_ROOT]
const options = {stateDir, server: {url}, log, spareRoots}

if (action === 'register') {
  await registerAgent({...options, activationId: 'a-1', activationCode: 'good-code', regionId: 'local'})
  process.exit(0)
}
const agent = await startAgent(options)
process.on('SIGTERM', () => void agent.stop({drainMs: 0}).then(() => process.exit(0)))
process.on('message', () => process.send?.({rss: process.memoryUsage.rss()}))
await agent.online
process.send?.('online')
