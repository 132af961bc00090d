const HIDDEN = '***'

const VALUE = String.raw`("(?:[^"\\]|\\.)*"|'[^']*'|[^&\s,;}]+)`

/** Behind these a value is secret in any notation. A dot in front makes it part of a code, such as MissingParameter.Password. */
const SECRET_NAMES = new RegExp(
  String.raw`(["']?)(?<![\w.-])([Aa]ccessKeySecret|[Ss]ecurityToken|[Ss]tsToken|[Aa]ctivationCode|[Pp]rivateKey|[Pp]assword|[Ss]ignature|[Aa]uthorization|x-acs-signature|x-acs-security-token|x-assist-signature)\1\s*[=:]\s*${VALUE}`,
  'g',
)

/** What a script is or printed. These are words of sentences, too ("Output: too long"), so that only a query or JSON is meant. */
const CONTENT_NAMES = new RegExp(
  String.raw`(?:(?<![\w.-])(?:CommandContent|Parameters|Content|Output)=|"(?:CommandContent|Parameters|Content|Output)"\s*:\s*)${VALUE}`,
  'g',
)

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
  return out
    .replace(SECRET_NAMES, (match, _quote, _name, value: string) => match.slice(0, -value.length) + HIDDEN)
    .replace(CONTENT_NAMES, (match, value: string) => match.slice(0, -value.length) + HIDDEN)
}
