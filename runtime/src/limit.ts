/** @throws {RangeError} where `limit` is no number of tasks */
export function checkLimit(limit: number | undefined, of: string): void {
  if (limit !== undefined && !(limit >= 1)) throw new RangeError(`The limit of ${of} is 1 or more, not ${limit}.`)
}
