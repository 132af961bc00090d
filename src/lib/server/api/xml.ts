import type {Fields, FieldValue} from '../../protocol/ecs/fields.ts'

/** The XML form of an answer: an element per field, and for a list one element per item, each with the list's name. */
export function encodeXml(root: string, fields: Fields): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${element(root, fields)}`
}

function element(name: string, value: FieldValue): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map((item: FieldValue) => element(name, item)).join('')
  const inner =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([key, item]) => element(key, item))
          .join('')
      : escapeXml(String(value))
  return `<${name}>${inner}</${name}>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A reader would otherwise turn it into a line feed.
  '\r': '&#13;',
}

/** XML 1.0 has no way to write most control characters: they become U+FFFD. */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? character).replace(NOT_XML, '\ufffd')
}
