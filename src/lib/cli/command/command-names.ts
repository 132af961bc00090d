import {readFileSync} from 'node:fs'
import {join} from 'node:path'

/** The names and aliases of all commands that help lists, with spaces, out of the manifest; none where it can't be read. */
export function commandNames(root: string): string[] {
  try {
    const {commands} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as Manifest
    return Object.entries(commands)
      .filter(([, {hidden}]) => !hidden)
      .flatMap(([id, {aliases = []}]) => [id, ...aliases])
      .map((name) => name.replaceAll(':', ' '))
  } catch {
    return []
  }
}

interface Manifest {
  commands: Record<string, {aliases?: string[]; hidden?: boolean}>
}
