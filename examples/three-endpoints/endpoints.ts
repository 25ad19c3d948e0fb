// Three endpoints of a small shop, as they are often written: each await waits for the one before. `npm run bench -- speedup`
// measures them before and after `structured-async fix loop-to-gather sequential-to-gather`.
import { readFile } from 'node:fs/promises'

const upstream = process.env.UPSTREAM ?? 'http://localhost:3000'
const settings = process.env.SETTINGS ?? 'settings.json'

interface User {
  readonly id: number
  readonly name: string
  readonly friends: readonly number[]
}
interface Order {
  readonly id: number
  readonly price: number
}

async function load<T>(path: string): Promise<T> {
  const response = await fetch(`${upstream}${path}`)
  return JSON.parse(await response.text()) as T
}

async function send<T>(path: string, value: unknown): Promise<T> {
  const response = await fetch(`${upstream}${path}`, { method: 'POST', body: JSON.stringify(value) })
  return JSON.parse(await response.text()) as T
}

/** Three reads that have nothing to do with one another. */
export async function profile(id: number) {
  const user = await load<User>(`/users/${id}`)
  const orders = await load<Order[]>(`/orders/${id}`)
  const theme = await readFile(settings, 'utf8')
  return { user: user.name, spent: orders.reduce((sum, { price }) => sum + price, 0), theme }
}

/** A read that the next one needs, and a loop. */
export async function friends(id: number) {
  const user = await load<User>(`/users/${id}`)
  const names: string[] = []
  for (const friend of user.friends) {
    const { name } = await load<User>(`/users/${friend}`)
    names.push(name)
  }
  const orders = await load<Order[]>(`/orders/${id}`)
  return { names, orders: orders.length }
}

/** Two reads, then two writes whose order matters. */
export async function buy(id: number) {
  const user = await load<User>(`/users/${id}`)
  const orders = await load<Order[]>(`/orders/${id}`)
  const payment = await send<Order>('/payments', { user: user.id, price: orders.length })
  const shipment = await send<Order>('/shipments', { payment: payment.id })
  return { payment: payment.id, shipment: shipment.id }
}
