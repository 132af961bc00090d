// Licences, install scripts and secrets in the tree.
import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {installScriptComplaints, licenceComplaints, secretComplaints} from './rules.js'

/** A key that only tests trust. */
const KNOWN = ['test/fixtures/tls/key.pem']

const {packages} = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const complaints = [
  ...licenceComplaints(packages),
  ...installScriptComplaints(packages),
  ...files().flatMap((path) => secretComplaints(path, readFileSync(path, 'utf8'))),
]
for (const complaint of complaints) console.error(complaint)
if (complaints.length > 0) process.exitCode = 1

function files() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  })
  return listed.split('\0').filter((path) => path !== '' && existsSync(path) && !KNOWN.includes(path))
}
