// Draws docs/picture.svg: what a terminal shows of a real run on the local control plane. `npm run picture` after a build.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {spawn} from '@lydell/node-pty'

const COLUMNS = 92
const COMMANDS = [
  ['run', 'echo 123'],
  ['run', 'for part in disk network clock; do echo "$part: ok"; done; exit 3'],
  ['run', '--frequency', '0 0,30 18-23 * * *', '--no-wait', 'df -h /'],
  ['invocations'],
]

/** By the numbers that set a colour. */
const STYLES = {0: '', '': '', 1: 'bold', 2: 'dim', 22: '', 31: 'bad', 32: 'good', 33: 'busy', 36: 'dim', 39: ''}

const bin = resolve(import.meta.dirname, '../bin/run.js')
const home = mkdtempSync(join(tmpdir(), 'assist-picture-'))
const env = {PATH: process.env.PATH, HOME: home, ASSIST_HOME: home, ALIBABA_CLOUD_PROFILE: 'local'}
try {
  const lines = []
  for (const args of COMMANDS) {
    const {code, shown} = await onTerminal(args)
    lines.push(...screenOf(`\x1b[32m$\x1b[39m \x1b[1massist ${args.map(quoted).join(' ')}\x1b[22m\r\n`))
    lines.push(...screenOf(code === 0 ? shown : `${shown}\x1b[2m(exit code ${code})\x1b[22m\r\n`), [])
  }
  writeFileSync(join(import.meta.dirname, 'picture.svg'), svgOf(lines.slice(0, -1)))
} finally {
  await onTerminal(['local', 'down'])
  rmSync(home, {recursive: true, force: true})
}

function onTerminal(args) {
  const pty = spawn(process.execPath, [bin, ...args], {
    ...{cols: COLUMNS, rows: 50, cwd: home},
    env: {...env, TERM: 'xterm-256color', TZ: 'UTC', LANG: 'C.UTF-8'},
  })
  let shown = ''
  pty.onData((data) => {
    shown += data
  })
  // The last words may come after the end.
  return new Promise((done) => pty.onExit(({exitCode}) => setTimeout(() => done({code: exitCode, shown}), 200)))
}

function quoted(word) {
  return /^[\w./=-]+$/.test(word) ? word : `'${word}'`
}

/** Lines of cells `{text, style}`; knows colours, carriage return and erasing to the end of the line, which is all that we send. */
function screenOf(bytes) {
  const lines = [[]]
  let column = 0
  let style = ''
  for (const [part] of bytes.matchAll(/\x1b\[([\d;]*)([A-Za-z])|\r|\n|[^\x1b\r\n]/gu)) {
    const line = lines.at(-1)
    if (part === '\r') column = 0
    else if (part === '\n') lines.push([])
    else if (part.endsWith('K') && part.startsWith('\x1b')) line.length = Math.min(line.length, column)
    else if (part.startsWith('\x1b')) style = STYLES[part.slice(2, -1)] ?? style
    else line[column++] = {text: part, style}
  }
  return lines.slice(0, -1)
}

function svgOf(lines) {
  const [cell, lineHeight, left, top] = [8.43, 20, 18, 52]
  const [width, height] = [Math.ceil(COLUMNS * cell + 2 * left), lines.length * lineHeight + top + 8]
  const texts = lines.flatMap((line, row) =>
    spansOf(line).map(({column, text, style}) => {
      const x = (left + column * cell).toFixed(1)
      const fill = style === '' ? '' : ` class="${style}"`
      const length = (text.length * cell).toFixed(1)
      return `<text x="${x}" y="${top + row * lineHeight}" textLength="${length}"${fill}>${escaped(text)}</text>`
    }),
  )
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => `<circle cx="${20 + index * 20}" cy="18" r="6" fill="${fill}"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal with assist running scripts">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#d8dee9;white-space:pre}.good{fill:#a3be8c}.bad{fill:#e0787f}.busy{fill:#ebcb8b}.dim{fill:#8a94a6}.bold{font-weight:bold;fill:#fff}</style>
<rect width="100%" height="100%" rx="10" fill="#20252f"/>
${dots.join('')}
${texts.join('\n')}
</svg>
`
}

/** Neighbouring cells of one style, without the blanks around them. */
function spansOf(line) {
  const spans = []
  for (const [column, {text, style} = {text: ' ', style: ''}] of Array.from(line).entries()) {
    const last = spans.at(-1)
    if (last && last.style === style && last.column + last.text.length === column) last.text += text
    else spans.push({column, text, style})
  }
  return spans
    .map(({column, text, style}) => ({
      column: column + text.length - text.trimStart().length,
      text: text.trim(),
      style,
    }))
    .filter(({text}) => text !== '')
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
