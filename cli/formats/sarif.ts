import path from 'node:path'
import type { Log, PhysicalLocation, Region, Result } from 'sarif'
import { rules } from '../../rules/all.js'
import { homepage } from '../../rules/adapter.js'
import { version } from '../../version.js'
import type { Finding, Replacement } from '../findings.js'
import { relative } from '../words.js'
import type { Format } from './report.js'

/** SARIF 2.1.0, with fixes, and fingerprints that stay when lines move. Paths are relative to the folder that the command runs in. */
export const sarif: Format = ({ findings, hidden, known, run: { failures } }) => {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'structured-async', version, semanticVersion: version, informationUri: homepage, rules: rules.map(({ name, description }) => ({ id: name, shortDescription: { text: `${description}.` }, helpUri: `${homepage}/blob/main/docs/rules/${name}.md`, defaultConfiguration: { level: 'error' } })) } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: failures.length === 0, toolExecutionNotifications: failures.map(({ path: file, reason }) => ({ level: 'error', message: { text: reason }, locations: [{ physicalLocation: { artifactLocation: artifact(relative(file)) } }] })) }],
        results: [
          ...findings.map(finding => resultOf(finding)),
          ...hidden.map((finding): Result => ({ ...resultOf(finding), suppressions: [{ kind: 'inSource', justification: 'An eslint-disable comment hides it.' }] })),
          ...known.map((finding): Result => ({ ...resultOf(finding), suppressions: [{ kind: 'external', justification: 'It is in the baseline.' }] })),
        ],
      },
    ],
  }
  return JSON.stringify(log, null, 2)
}

function resultOf({ path: file, rule, certainty, message, because, fingerprint, fixes, ...place }: Finding): Result {
  const artifactLocation = artifact(file)
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ name }) => name === rule),
    level: certainty === 'proven' ? 'error' : 'warning',
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation, region: regionOf(place) } }],
    partialFingerprints: { 'structuredAsync/v1': fingerprint },
    ...(fixes.length > 0 ? { fixes: fixes.map(({ description, edits }) => ({ description: { text: description }, artifactChanges: [{ artifactLocation, replacements: edits.map(edit => ({ deletedRegion: regionOf(edit), insertedContent: { text: edit.text } })) }] })) } : {}),
    properties: { certainty, because: [...because] },
  }
}

function artifact(file: string): NonNullable<PhysicalLocation['artifactLocation']> {
  return { uri: file.split(path.sep).map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' }
}

function regionOf({ line, column, endLine, endColumn }: Omit<Replacement, 'text'>): Region {
  return { startLine: line, startColumn: column, endLine, endColumn }
}
