/** Bytes of each bundle: minified for ES2022, and that with gzip -9. */
export function minifiedBytes(names?: readonly string[]): Promise<{ name: string; minified: number; gzip: number }[]>
