import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {userInfo} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {findPaths} from '../../src/config/paths.ts'
import {changeProfiles} from '../../src/config/write-profiles.ts'
import {AssistError} from '../../src/lib/core/errors.ts'
import {readPrivateFile} from '../../src/lib/disk/read-private-file.ts'
import {tempFolder} from '../support/temp-folder.ts'

const mode = (path: string): number => statSync(path).mode & 0o777
const before = process.umask()
afterEach(() => process.umask(before))

function refusal(work: () => unknown): AssistError {
  try {
    work()
  } catch (error) {
    if (error instanceof AssistError) return error
    throw error
  }
  throw new Error('was not refused')
}

describe('readPrivateFile', () => {
  it('reads a file of mine, and tells that there is none', () => {
    const file = join(tempFolder(), 'config.json')
    expect(readPrivateFile(file)).toBeUndefined()
    writeFileSync(file, 'text', {mode: 0o600})
    expect(readPrivateFile(file)).toBe('text')
  })

  it.each([
    {name: 'readable by the group', bits: 0o640},
    {name: 'readable by all', bits: 0o644},
    {name: 'writable by all', bits: 0o602},
  ])('refuses one that is $name and names the chmod', ({bits}) => {
    const file = join(tempFolder(), 'config.json')
    writeFileSync(file, 'CANARY')
    chmodSync(file, bits)
    const error = refusal(() => readPrivateFile(file))
    expect(error.message).toContain(`has mode 0${bits.toString(8)}`)
    expect(error.hint).toBe(`Run: chmod 600 ${file}`)
    expect(error.message).not.toContain('CANARY')
  })

  it('refuses a link to nowhere, a folder and ten megabytes, each with its reason', () => {
    const folder = tempFolder()
    symlinkSync(join(folder, 'gone'), join(folder, 'link'))
    expect(refusal(() => readPrivateFile(join(folder, 'link'))).message).toContain('which does not exist')
    mkdirSync(join(folder, 'folder'))
    expect(refusal(() => readPrivateFile(join(folder, 'folder'))).message).toContain('not a regular file')
    writeFileSync(join(folder, 'large'), Buffer.alloc(10 * 1024 * 1024), {mode: 0o600})
    expect(refusal(() => readPrivateFile(join(folder, 'large'))).message).toContain('10485760 bytes')
  })

  it('follows a link to a file that is private itself', () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'real'), 'text', {mode: 0o600})
    symlinkSync(join(folder, 'real'), join(folder, 'link'))
    expect(readPrivateFile(join(folder, 'link'))).toBe('text')
  })

  it.skipIf(process.getuid?.() !== 0)('refuses one of another user', async () => {
    const {chownSync} = await import('node:fs')
    const file = join(tempFolder(), 'config.json')
    writeFileSync(file, 'text', {mode: 0o600})
    chownSync(file, 65534, 65534)
    const error = refusal(() => readPrivateFile(file))
    expect(error.message).toContain('belongs to another user (uid 65534')
    expect(error.hint).toContain('chown')
  })
})

describe('changeProfiles', () => {
  const profile = {mode: 'AK', accessKeyId: 'id', accessKeySecret: 'secret'} as const

  it.each([0o000, 0o022, 0o077])('writes 0600 in 0700 under umask %o', (umask) => {
    const paths = findPaths({ASSIST_HOME: tempFolder()})
    process.umask(umask)
    changeProfiles(paths, () => ({current: 'a', profiles: {a: profile}}))
    expect(mode(paths.configFile)).toBe(0o600)
    expect(mode(dirname(paths.configFile))).toBe(0o700)
    expect(JSON.parse(readFileSync(paths.configFile, 'utf8'))).toEqual({current: 'a', profiles: {a: profile}})
  })

  it('keeps other profiles, leaves nothing beside it, and tightens a folder that was open', () => {
    const paths = findPaths({ASSIST_HOME: tempFolder()})
    mkdirSync(dirname(paths.configFile), {recursive: true})
    chmodSync(dirname(paths.configFile), 0o755)
    changeProfiles(paths, () => ({current: 'a', profiles: {a: profile}}))
    changeProfiles(paths, (old) => ({...old, profiles: {...old.profiles, b: profile}}))
    expect(Object.keys(JSON.parse(readFileSync(paths.configFile, 'utf8')).profiles)).toEqual(['a', 'b'])
    expect(readdirSync(dirname(paths.configFile))).toEqual(['config.json'])
    expect(mode(dirname(paths.configFile))).toBe(0o700)
  })

  it('does not touch a file it cannot read', () => {
    const paths = findPaths({ASSIST_HOME: tempFolder()})
    mkdirSync(dirname(paths.configFile), {recursive: true, mode: 0o700})
    writeFileSync(paths.configFile, '{"profiles": ', {mode: 0o600})
    expect(() => changeProfiles(paths, (old) => old)).toThrow(/not JSON/)
    expect(readFileSync(paths.configFile, 'utf8')).toBe('{"profiles": ')
  })

  it('does not write through a link', () => {
    const folder = tempFolder()
    const paths = findPaths({ASSIST_HOME: folder})
    mkdirSync(dirname(paths.configFile), {recursive: true, mode: 0o700})
    writeFileSync(join(folder, 'elsewhere'), '{}', {mode: 0o600})
    symlinkSync(join(folder, 'elsewhere'), paths.configFile)
    expect(() => changeProfiles(paths, () => ({current: 'a', profiles: {a: profile}}))).toThrow(/is a link/)
    expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('{}')
  })
})

describe('findPaths', () => {
  it.each([
    {name: 'Linux', platform: 'linux', env: {HOME: '/h'}, config: '/h/.config/assist', state: '/h/.local/state/assist'},
    {
      name: 'XDG',
      platform: 'linux',
      env: {HOME: '/h', XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: 'relative'},
      config: '/c/assist',
      state: '/h/.local/state/assist',
    },
    {
      name: 'macOS',
      platform: 'darwin',
      env: {HOME: '/h'},
      config: '/h/Library/Preferences/assist',
      state: '/h/Library/Application Support/assist',
    },
    {
      name: 'ASSIST_HOME',
      platform: 'linux',
      env: {ASSIST_HOME: '/a', HOME: '/h'},
      config: '/a/config',
      state: '/a/state',
    },
  ] as const)('follows $name', ({platform, env, config, state}) => {
    expect(findPaths(env, platform)).toMatchObject({configFile: join(config, 'config.json'), stateFolder: state})
  })

  it('asks the system where nobody has set HOME', () => {
    const paths = findPaths({}, 'linux')
    expect(paths.configFile).toBe(join(userInfo().homedir, '.config/assist/config.json'))
    expect(existsSync('/config')).toBe(false)
  })
})
