import {X509Certificate} from 'node:crypto'
import {readFileSync} from 'node:fs'
import tls from 'node:tls'
import {AssistError} from '../core/errors.ts'
import {whyNot} from '../core/system-reason.ts'

/** How every TLS connection of ours is made. NODE_TLS_REJECT_UNAUTHORIZED alone must not open the door. */
export interface Trust {
  rejectUnauthorized: true
  minVersion: 'TLSv1.2'
  secureContext?: tls.SecureContext
}

/** Trusts the roots that Node trusts and, when given, an authority (PEM) in addition. */
export function createTrust(authority: string | undefined): Trust {
  const always = {rejectUnauthorized: true, minVersion: 'TLSv1.2'} as const
  if (authority === undefined) return always
  // Made once: reading all the roots anew for every connection takes milliseconds.
  return {...always, secureContext: tls.createSecureContext({ca: [...roots(), authority], minVersion: 'TLSv1.2'})}
}

/** The certificates in a PEM file. @throws AssistError (config) when it cannot be read or holds none. */
export function readAuthority(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AssistError('config', `The CA file ${file} cannot be read: ${whyNot(cause)}.`, {cause})
  }
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (certificates.length > 0 && certificates.every(isCertificate)) return `${certificates.join('\n')}\n`
  throw new AssistError('config', `The CA file ${file} holds no certificates that can be read.`, {
    hint: 'It must be PEM text: -----BEGIN CERTIFICATE----- …',
  })
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}

/** With NODE_EXTRA_CA_CERTS and what the command line of Node says, where this Node can tell. */
function roots(): readonly string[] {
  const {getCACertificates} = tls as {getCACertificates?(type: 'default'): string[]}
  return getCACertificates?.('default') ?? tls.rootCertificates
}
