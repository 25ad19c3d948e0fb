// The build replaces this file's output with what package.json says.
export const name = 'eslint-plugin-structured-async'
export const version = '0.0.0-source'
