// Writes a receipt per order, and one order is broken. `npm start` runs this file as it is and as the codemod leaves it.
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

interface Order {
  id: number
  customer: string
  total: number
}

const orders: Order[] = [
  { id: 1, customer: 'Ada', total: 30 },
  { id: 2, customer: 'Grace', total: 12 },
  { id: 3, customer: '', total: 99 },
  { id: 4, customer: 'Barbara', total: 7 },
]

async function writeReceipt(folder: string, order: Order): Promise<void> {
  if (order.customer === '') throw new Error(`Order ${order.id} has no customer.`)
  await writeFile(path.join(folder, `${order.id}.txt`), `${order.customer} paid ${order.total}\n`)
}

async function writeReceipts(folder: string): Promise<number> {
  for (const order of orders) {
    writeReceipt(folder, order)
  }
  return orders.length
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'receipts-'))
  try {
    console.log(`${await writeReceipts(folder)} receipts written.`)
  } catch (error) {
    console.log(`Not all receipts were written. ${(error as Error).message}`)
    process.exitCode = 1
  }
  console.log(`Receipts on disk: ${(await readdir(folder)).sort().join(', ')}`)
}

await main()
