export function shortenNames(folders: readonly string[]): void
