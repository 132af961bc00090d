import {execFileSync} from 'node:child_process'
import {PROJECT} from './cli.ts'

/** Tests that start the CLI start what is built now. */
export default function setup(): void {
  execFileSync(process.execPath, ['esbuild.config.js'], {cwd: PROJECT, stdio: 'inherit'})
}
