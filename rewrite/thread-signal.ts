import type { SignalPlace } from '../analysis/tasks/signals.js'
import { insert, type Edit } from './edit.js'

/** Gives a call the signal that an expression names. */
export function threadSignal(text: string, place: SignalPlace, signal: string): Edit {
  const { call } = place
  if (place.as === 'property') {
    const last = place.options.properties.at(-1)
    return last ? insert(last.range[1], `, signal: ${signal}`) : { range: place.options.range, text: `{ signal: ${signal} }` }
  }
  const given = place.as === 'options' ? `{ signal: ${signal} }` : signal
  const last = call.arguments.at(-1)
  return last ? insert(last.range[1], `, ${given}`) : insert(text.lastIndexOf(')', call.range[1] - 1), given)
}
