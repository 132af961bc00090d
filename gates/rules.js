// What may be in the tree. Each function gives the complaints, one a line.

/** Licences that fit GPL-3.0-or-later. */
const FITTING = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MPL-2.0',
]
/** Of tools that are not shipped, in addition: data files. */
const FITTING_FOR_TOOLS = [...FITTING, 'CC-BY-3.0', 'CC0-1.0']
/** Packages that may run a script when they are installed. */
const MAY_RUN = ['esbuild']

/** `packages` of a package-lock.json. */
export function licenceComplaints(packages) {
  return entries(packages).flatMap(([name, {license = 'none', dev}]) => {
    const fitting = dev ? FITTING_FOR_TOOLS : FITTING
    const offered = license.replace(/[()]/g, '').split(' OR ')
    return offered.some((one) => fitting.includes(one)) ? [] : [`${name}: the licence ${license} is not on the list`]
  })
}

export function installScriptComplaints(packages) {
  return entries(packages)
    .filter(([name, {hasInstallScript, dev}]) => hasInstallScript && !(dev && MAY_RUN.includes(name)))
    .map(([name]) => `${name}: runs a script when it is installed`)
}

const SECRETS = [
  ['an access key id', /\b(?:LTAI(?!\w*Example)[A-Za-z0-9]{12,}|AKIA[0-9A-Z]{16})\b/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{200,}/],
  ['a token', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|npm_[A-Za-z0-9]{36}|xox[baprs]-[0-9A-Za-z-]{10,})\b/],
]

/** Says what and where, never the secret itself. */
export function secretComplaints(path, text) {
  return SECRETS.flatMap(([what, pattern]) => {
    const {index} = pattern.exec(text) ?? {}
    return index === undefined ? [] : [`${path}:${text.slice(0, index).split('\n').length}: this looks like ${what}`]
  })
}

function entries(packages) {
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, about]) => [path.replace(/.*node_modules\//, ''), about])
}
