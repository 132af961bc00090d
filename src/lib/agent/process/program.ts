import {accessSync, constants} from 'node:fs'
import {basename, delimiter, join, resolve} from 'node:path'
import {quote} from '../../core/quote.ts'
import type {ScriptType} from '../../protocol/script.ts'
import {launcherExtension, launcherWords} from './launcher.ts'
import {lookAt} from './look.ts'
import {encodeWindowsScript} from './script.windows.ts'

export const POWER_SHELL = 'powershell.exe'

/** How a script is run: what its file holds, how the file's name ends, and the program line. */
export interface Program {
  content: Buffer
  extension: string
  argv(scriptFile: string): string[]
}

export interface ScriptSource {
  type: ScriptType
  script: Buffer
  launcher: string | undefined
}

interface Place {
  platform: NodeJS.Platform
  path: string
  cwd: string
  codePage?: number | undefined
}

/**
 * Finds the program for a script, and everything that would keep it from starting, so that the reason can be told in words.
 * @returns the reason otherwise, or `unknown type` when this system has nothing that runs such a script.
 */
export function chooseProgram(source: ScriptSource, place: Place): Program | string {
  const {type, script} = source
  const windows = place.platform === 'win32'
  if ((type === 'RunShellScript') === windows) return 'unknown type'
  const content = windows ? encodeWindowsScript(type, script, place.codePage) : script
  if (source.launcher !== undefined) return launched(source.launcher, content, defaultExtension(type), place)
  if (windows) return {content, extension: defaultExtension(type), argv: (file) => windowsArgv(type, file)}
  return posixProgram(content, place)
}

function posixProgram(content: Buffer, place: Place): Program | string {
  const line = firstLine(content)
  if (isBinary(content)) return 'the content is a binary file, not a script'
  if (!line.startsWith('#!')) return {content, extension: '.sh', argv: (file) => ['/bin/sh', file]}
  const [, interpreter = '', argument] = /^#![ \t]*([^ \t]*)[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
  const problem = problemWith(interpreter, place.cwd)
  if (line.endsWith('\r') && (argument ?? '') === '\r') return carriageReturn(interpreter)
  if (interpreter.endsWith('\r')) return carriageReturn(interpreter.slice(0, -1))
  if (interpreter === '') return 'the first line begins with #! and names no interpreter'
  if (problem !== undefined) return `the interpreter ${quote(interpreter)} of the first line ${problem}`
  // What the kernel does with such a file, except that it works from a file system mounted noexec, too.
  return {content, extension: '.sh', argv: (file) => [interpreter, ...(argument ? [argument] : []), file]}
}

function carriageReturn(interpreter: string): string {
  return `the first line ends in CR LF, so the interpreter would be ${quote(`${interpreter}\r`)}; save the script with LF line ends`
}

function firstLine(content: Buffer): string {
  const end = content.subarray(0, 4096).indexOf('\n')
  return content.subarray(0, end < 0 ? 4096 : end).toString('utf8')
}

/** As shells decide: a NUL before the first line has ended. Programs for Linux, macOS and Windows all have one there. */
function isBinary(content: Buffer): boolean {
  return firstLine(content).includes('\0')
}

function problemWith(program: string, cwd: string): string | undefined {
  const path = resolve(cwd, program)
  const info = lookAt(path)
  if (typeof info === 'string') return info
  if (!info.isFile()) return 'is not a file'
  try {
    accessSync(path, constants.X_OK)
    return undefined
  } catch {
    return 'may not be executed'
  }
}

function launched(launcher: string, content: Buffer, fallback: string, place: Place): Program | string {
  const words = launcherWords(launcher, '')
  const program = words?.[0]
  if (program === undefined || program === '')
    return `the launcher ${quote(launcher)} cannot be read: a quote is not closed`
  const problem = problemWithLauncher(program, place)
  if (problem !== undefined) return `the launcher's program ${quote(program)} ${problem}`
  const extension = launcherExtension(launcher) ?? fallback
  return {content, extension, argv: (file) => launcherWords(launcher, file) ?? []}
}

function problemWithLauncher(program: string, place: Place): string | undefined {
  if (place.platform === 'win32') return undefined // Windows has its own rules for finding one
  if (basename(program) !== program) return problemWith(program, place.cwd)
  const problems = place.path.split(delimiter).map((folder) => problemWith(join(folder, program), place.cwd))
  return problems.includes(undefined) ? undefined : 'was not found'
}

function defaultExtension(type: ScriptType): string {
  if (type === 'RunShellScript') return '.sh'
  return type === 'RunBatScript' ? '.bat' : '.ps1'
}

function windowsArgv(type: ScriptType, file: string): string[] {
  if (type === 'RunBatScript') return ['cmd.exe', '/d', '/c', file]
  return [POWER_SHELL, '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', file]
}
