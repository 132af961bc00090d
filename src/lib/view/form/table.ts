import {Chalk, type ChalkInstance} from 'chalk'
import CliTable from 'cli-table3'
import {escapeControls} from '../../core/quote.ts'
import {fitColumns, GAP} from './fit-columns.ts'
import {relativeTime} from './relative-time.ts'
import {type Block, type Cell, cellText, type Tone, type View} from './render.ts'
import {forTerminal, RESET} from './terminal-text.ts'
import {displayWidth, padTo, truncate, wrap} from './width.ts'

export interface Terminal {
  color: boolean
  /** In columns. */
  width: number
  /** For times, which are shown as how long ago they were. */
  nowMs: number
}

/** For a terminal: no row is wider than a line of it. */
export function renderTable(view: View, terminal: Terminal): string {
  const chalk = new Chalk({level: terminal.color ? 1 : 0})
  if (view.rows.length === 0) return view.empty ? `${chalk.dim(view.empty)}\n` : ''
  if (view.blocks) return view.blocks.map((block) => renderBlock(block, chalk, terminal)).join('')
  return view.vertical ? renderUpright(view, chalk) : renderRows(view, chalk, terminal)
}

/** A head line, what is to be known about the text, and the text: never a cell, because it may be as long as it likes. */
function renderBlock({head, notes, text}: Block, chalk: ChalkInstance, {color, nowMs}: Terminal): string {
  const words = head
    .filter((cell) => cellText(cell) !== '')
    .map((cell) => paint(chalk, cell, isTime(cell) ? relativeTime(cellText(cell), nowMs) : oneLine(cell)))
  const shown = forTerminal(text, {colors: color})
  const isStyled = shown.includes('\x1b')
  const end = text === '' || text.endsWith('\n') ? '' : '\n'
  const noteLines = notes.map((note) => `${chalk.dim(escapeControls(note, {keepLineBreaks: false}))}\n`)
  return `${chalk.dim('==')} ${words.join('  ')}\n${noteLines.join('')}${shown}${isStyled ? RESET : ''}${end}`
}

/** Values are whole, because people copy them. */
function renderUpright(view: View, chalk: ChalkInstance): string {
  const labelWidth = Math.max(...view.columns.map(({label}) => displayWidth(label)))
  const indent = `\n${' '.repeat(labelWidth + GAP)}`
  const line = (label: string, cell: Cell): string => {
    const text = escapeControls(tableText(cell), {keepLineBreaks: true}).trimEnd().replaceAll('\n', indent)
    return `${chalk.dim(padTo(label, labelWidth))}  ${paint(chalk, cell, text)}`.trimEnd()
  }
  return view.rows
    .map((row) => view.columns.map(({label}, index) => `${line(label, row[index])}\n`).join(''))
    .join('\n')
}

function renderRows(view: View, chalk: ChalkInstance, {width, nowMs}: Terminal): string {
  const texts = view.rows.map((row) =>
    view.columns.map((_, index) => {
      const cell = row[index]
      return isTime(cell) ? relativeTime(cellText(cell), nowMs) : oneLine(cell)
    }),
  )
  const sized = view.columns.map(({label, isExtra}, index) => {
    const widths = texts.map((row) => displayWidth(row[index] ?? ''))
    const widest = widths.reduce((a, b) => Math.max(a, b), 0)
    return {width: Math.max(widest, displayWidth(label)), isExtra: isExtra === true, isEmpty: widest === 0}
  })
  const shown = fitColumns(sized, width)
  const table = new CliTable({
    chars: BORDERLESS,
    style: {head: [], border: [], 'padding-left': 0, 'padding-right': GAP},
  })
  table.push(shown.map((column) => chalk.dim(truncate(view.columns[column.index]?.label ?? '', column.width))))
  for (const [at, row] of view.rows.entries()) {
    table.push(
      shown.map(({index, width}) => {
        const text = texts[at]?.[index] ?? ''
        const fitting = view.columns[index]?.isProse ? wrap(text, width).join('\n') : truncate(text, width)
        return paint(chalk, row[index], fitting)
      }),
    )
  }
  const lines = table.toString().split('\n')
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function isTime(cell: Cell): boolean {
  return typeof cell === 'object' && cell.isTime === true
}

function oneLine(cell: Cell): string {
  return escapeControls(tableText(cell), {keepLineBreaks: false})
}

function tableText(cell: Cell): string {
  return (typeof cell === 'object' ? cell.inTable : undefined) ?? cellText(cell)
}

function paint(chalk: ChalkInstance, cell: Cell, text: string): string {
  const tone = typeof cell === 'object' ? cell.tone : undefined
  const paints: Record<Tone, (text: string) => string> = {
    good: chalk.green,
    bad: chalk.red,
    busy: chalk.yellow,
    dim: chalk.dim,
  }
  return tone ? paints[tone](text) : text
}

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}
