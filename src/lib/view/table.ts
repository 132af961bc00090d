import {Chalk} from 'chalk'
import CliTable from 'cli-table3'
import {escapeControls} from '../core/quote.ts'
import {type Cell, cellText, type Tone, type View} from './render.ts'

/** A table for a terminal of `width` columns. */
export function renderTable(view: View, terminal: {color: boolean; width: number}): string {
  const chalk = new Chalk({level: terminal.color ? 1 : 0})
  if (view.rows.length === 0) return view.empty ? `${chalk.dim(view.empty)}\n` : ''
  const paint: Record<Tone, (text: string) => string> = {
    good: chalk.green,
    bad: chalk.red,
    busy: chalk.yellow,
    dim: chalk.dim,
  }
  const show = (cell: Cell): string => {
    const text = escapeControls(cellText(cell), {keepLineBreaks: true})
    return typeof cell === 'object' ? paint[cell.tone](text) : text
  }
  const table = new CliTable({chars: BORDERLESS, style: {head: [], border: [], 'padding-left': 0, 'padding-right': 2}})
  if (view.vertical) {
    for (const row of view.rows) {
      table.push(...view.columns.map((column, index) => [chalk.dim(column.label), show(row[index])]))
    }
  } else {
    table.push(view.columns.map((column) => chalk.dim(column.label)))
    for (const row of view.rows) table.push(row.map(show))
  }
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`
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
