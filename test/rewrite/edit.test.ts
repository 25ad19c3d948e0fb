import { expect, it } from 'vitest'
import { applyEdits, insert } from '../../rewrite/edit.js'

it('makes edits in the order of the text, insertions at one place in the order given', () => {
  expect(applyEdits('abc', [{ range: [2, 3], text: 'C' }, insert(1, '1'), insert(1, '2'), { range: [0, 1], text: '' }])).toBe('12bC')
})

it('takes overlapping edits for a mistake', () => {
  expect(() => applyEdits('abc', [{ range: [0, 2], text: '' }, { range: [1, 3], text: '' }])).toThrow('Two edits overlap at offset 1.')
})
