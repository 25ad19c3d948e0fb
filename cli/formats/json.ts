import { relative } from '../words.js'
import { byRule, type Format } from './report.js'

/** For programs: see docs/cli.md. */
export const json: Format = ({ findings, hidden, known, gone, run: { files, failures, untyped } }) =>
  JSON.stringify(
    {
      files: files.length,
      findings,
      hidden: hidden.length,
      baseline: { known: known.length, gone },
      failures: failures.map(({ path, reason }) => ({ path: relative(path), reason })),
      untyped: [...untyped].map(([reason, paths]) => ({ reason, paths: paths.map(relative) })),
      summary: Object.fromEntries(byRule(findings)),
    },
    null,
    2,
  )
