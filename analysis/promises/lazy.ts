import type { Specifier } from '../types/oracle.js'

/**
 * Types whose values look like promises and have not started: nothing happens, and nothing can reject, until somebody waits.
 *
 * - Prisma: "PrismaPromise … will not execute until you call `await`, `.then()` or `.catch()`" (prisma.io/docs, transactions).
 */
export const lazyTypes: readonly Specifier[] = [
  { from: 'package', name: ['PrismaPromise'], package: '@prisma/client' },
  { from: 'package', name: ['PrismaPromise'], package: '.prisma/client' },
]
