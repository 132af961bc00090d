/** Undefined also where the expression, though well formed, cannot be applied to this value. */
export async function search(value: unknown, expression: string): Promise<unknown> {
  const jmespath = await import('@jmespath-community/jmespath')
  try {
    return jmespath.search(value as Parameters<typeof jmespath.search>[0], expression)
  } catch {
    return undefined
  }
}
