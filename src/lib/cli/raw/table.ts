import {escapeControls} from '../../core/quote.ts'
import {cellText, type View} from '../../view/form/render.ts'

/** `A | B` with a rule below, as the official CLI draws it; the rule is as long as the heading. */
export function officialTable({columns, rows}: View): string {
  const headings = columns.map(({label}) => label)
  const cells = rows.map((row) => row.map((cell) => escapeControls(cellText(cell), {keepLineBreaks: false})))
  const lines = [headings, headings.map((heading) => '-'.repeat(heading.length)), ...cells]
  const widths = headings.map((_, index) => Math.max(...lines.map((line) => [...(line[index] ?? '')].length)))
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, index) => pad(cell, widths[index]))
          .join(' | ')
          .trimEnd()}\n`,
    )
    .join('')
}

function pad(text: string, width = 0): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length))
}
