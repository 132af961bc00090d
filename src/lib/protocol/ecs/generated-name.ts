/** What a script is called that was run without a name; the same form as the cloud's. */
export function generatedName(nowMs: number): string {
  return `cmd-${new Date(nowMs).toISOString().slice(0, 19)}Z`
}

/** Whether a name says only when it was given. */
export function isGeneratedName(name: string): boolean {
  return /^cmd-\d{4}-?\d\d-?\d\dT?[\d:.]*Z?$/.test(name)
}
