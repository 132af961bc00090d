import {describe, expect, it} from 'vitest'
import {encodeXml} from '../../../../src/lib/server/api/xml.ts'

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>'

describe('encodeXml', () => {
  it.each([
    {name: 'a field per element', fields: {A: 'x', B: 1, C: false}, xml: '<A>x</A><B>1</B><C>false</C>'},
    {
      name: 'a wrapped list',
      fields: {Tags: {Tag: [{TagKey: 'a'}, {TagKey: 'b'}]}},
      xml: '<Tags><Tag><TagKey>a</TagKey></Tag><Tag><TagKey>b</TagKey></Tag></Tags>',
    },
    {name: 'a bare list', fields: {Names: ['a', 'b']}, xml: '<Names>a</Names><Names>b</Names>'},
    {name: 'an empty list in its wrapper', fields: {Tags: {Tag: []}}, xml: '<Tags></Tags>'},
    {name: 'nothing for what is undefined', fields: {A: undefined, B: ''}, xml: '<B></B>'},
    {name: 'marks as entities', fields: {A: `<&>"'`}, xml: '<A>&lt;&amp;&gt;&quot;&apos;</A>'},
    {name: 'line ends exactly', fields: {A: 'a\r\n\tb'}, xml: '<A>a&#13;\n\tb</A>'},
    {
      name: 'U+FFFD for what XML cannot hold',
      fields: {A: '\u0000\u001b\ud800\ufffe🚀'},
      xml: '<A>\ufffd\ufffd\ufffd\ufffd🚀</A>',
    },
  ])('writes $name', ({fields, xml}) => {
    expect(encodeXml('Root', fields)).toBe(`${HEAD}<Root>${xml}</Root>`)
  })
})
