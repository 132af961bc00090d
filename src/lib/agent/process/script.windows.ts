import iconv from 'iconv-lite'
import type {ScriptType} from '../../protocol/script.ts'

/** As official agents write them: CR LF line ends, batch files quiet, and in the system's code page. Source: agent-protocol, 5.1, 5.6. */
export function encodeWindowsScript(type: ScriptType, script: Buffer, codePage: number | undefined): Buffer {
  const lines = script.toString('utf8').replace(/\r?\n/g, '\r\n')
  const text = type === 'RunBatScript' ? `@echo off\r\n${lines}` : lines
  return codePage === 936 ? iconv.encode(text, 'gbk') : Buffer.from(text)
}

/** Turns what a program prints in the system's code page into UTF-8, piece by piece. */
export function createOutputDecoder(codePage: number | undefined): (bytes: Uint8Array) => Uint8Array {
  if (codePage !== 936) return (bytes) => bytes
  const decoder = iconv.getDecoder('gbk')
  return (bytes) => Buffer.from(decoder.write(Buffer.from(bytes)))
}
