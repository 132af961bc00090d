const HIDDEN = '***'

// Spelled as they occur: "output" in a sentence of ours is no `Output` of a script.
const SECRET_NAMES =
  /(["']?)\b([Aa]ccessKeySecret|[Ss]ecurityToken|[Ss]tsToken|[Aa]ctivationCode|[Pp]rivateKey|[Pp]assword|[Ss]ignature|[Aa]uthorization|CommandContent|Parameters|Content|Output|x-acs-signature|x-acs-security-token|x-assist-signature)\b\1\s*[=:]\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^&\s,;}]+)/g

const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g

/**
 * Takes secrets out of a line before it reaches a log or a screen: by value (also in Base64 and percent-encoded form) and by the
 * name in front of a value. Values shorter than 6 characters are left alone: they would match everywhere.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let out = text.replace(PEM, HIDDEN)
  for (const secret of secrets) {
    if (secret.length < 6) continue
    for (const form of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) {
      out = out.replaceAll(form, HIDDEN)
    }
  }
  return out.replace(SECRET_NAMES, (match, _quote, _name, value: string) => match.slice(0, -value.length) + HIDDEN)
}
