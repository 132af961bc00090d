import {afterAll, describe, expect, it} from 'vitest'
import {assist, tempFolder} from '../support/cli.ts'

const home = tempFolder()
afterAll(() => home.remove())

describe('the language of a profile', () => {
  it('is what schedules are explained in, unless a flag says otherwise', async () => {
    const cron = async (...more: string[]) =>
      (await assist(['cron', '0 */10 * * * *', ...more], {home: home.path})).stderr
    expect(await cron()).toContain('every 10')
    await assist(['configure', 'set', 'language=zh'], {home: home.path})
    expect(await cron()).toContain('分钟')
    expect(await cron('--language', 'en')).toContain('every 10')
  })
})
