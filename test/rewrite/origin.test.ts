import { expect, it } from 'vitest'
import { applyEdits, insert, type Edit } from '../../rewrite/edit.js'
import { edited, placeAt, startingWith, type Place } from '../../rewrite/origin.js'

/** Where each of some words stands in a text, once edits have made another one of it, by the lines of the first. */
function placesOf(words: readonly string[], text: string, ...passes: (readonly Edit[])[]): Record<string, Place> {
  let origin = startingWith(text)
  let now = text
  for (const edits of passes) {
    origin = edited(origin, edits)
    now = applyEdits(now, edits)
  }
  return Object.fromEntries(words.map(word => [word, placeAt(origin, now.indexOf(word))]))
}

it('finds what edits have moved where it was', () => {
  const text = 'one\ntwo\r\nthree four\n'
  expect(placesOf(['one', 'two', 'four'], text)).toEqual({ one: { line: 1, column: 1 }, two: { line: 2, column: 1 }, four: { line: 3, column: 7 } })
  expect(placesOf(['one', 'two', 'four'], text, [insert(0, 'zero\n\n'), insert(4, '    '), { range: [9, 14], text: '3' }])).toEqual({ one: { line: 1, column: 1 }, two: { line: 2, column: 1 }, four: { line: 3, column: 7 } })
})

it('goes back through several passes', () => {
  expect(placesOf(['two', 'four'], 'one\ntwo\nthree four\n', [insert(0, 'zero\n')], [{ range: [0, 9], text: '' }, insert(9, '  ')])).toEqual({ two: { line: 2, column: 1 }, four: { line: 3, column: 7 } })
})

it('takes what an edit put in for the place where it stands', () => {
  expect(placesOf(['new'], 'one\ntwo three\n', [{ range: [8, 13], text: 'a new thing' }])).toEqual({ new: { line: 2, column: 5 } })
})
