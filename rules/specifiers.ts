/** JSON schema of what names types or functions by where they come from, as typescript-eslint's options do. */
export function specifierSchema(): object {
  const name = { anyOf: [{ type: 'string', minLength: 1 }, { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', minLength: 1 } }] }
  const from = (origin: string, more: object, required: string[]): object => ({
    type: 'object',
    additionalProperties: false,
    properties: { from: { type: 'string', enum: [origin] }, name, ...more },
    required: ['from', 'name', ...required],
  })
  return {
    oneOf: [
      { type: 'string' },
      from('file', { path: { type: 'string' } }, []),
      from('lib', {}, []),
      from('package', { package: { type: 'string' } }, ['package']),
    ],
  }
}
