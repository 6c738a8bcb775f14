// Makes evtstore-12.0.1-sqlite.db, or fills a database of PostgreSQL for evtstore-12.0.1.sql if its URL is the
// argument; with evtstore 12.0.1, knex, sqlite3 and pg. Then: pg_dump --no-owner --no-privileges
import evtstore from 'evtstore'
import provided from 'evtstore/provider/knex.js'
import knex from 'knex'

const url = process.argv[2]
const client = url
  ? knex({ client: 'pg', connection: { connectionString: url } })
  : knex({ client: 'sqlite3', connection: { filename: 'evtstore-12.0.1-sqlite.db' }, useNullAsDefault: true })
await provided.migrate({ client, events: 'events', bookmarks: 'bookmarks' })
const provider = provided.createProvider({
  events: () => client.table('events'),
  bookmarks: () => client.table('bookmarks'),
})
const order = evtstore.createAggregate({
  stream: 'orders',
  create: () => ({ items: 0 }),
  fold: (event, previous) => (event.type === 'itemAdded' ? { items: previous.items + 1 } : { customer: event.customer }),
})
// Keeps the state in each event.
const account = evtstore.createAggregate({
  stream: 'accounts',
  create: () => ({ owner: '' }),
  fold: event => ({ owner: event.owner }),
  persistAggregate: true,
  version: 'one',
})
const { domain } = evtstore.createDomain({ provider }, { order, account })
const orders = evtstore.createCommands(domain.order, {
  async place({ customer }) {
    return { source: { type: 'shop' }, type: 'placed', customer }
  },
  async add({ sku }) {
    return { type: 'itemAdded', sku, price: 9.5 }
  },
})
const accounts = evtstore.createCommands(domain.account, {
  async open({ owner }) {
    return { type: 'opened', owner }
  },
})
for (const number of [1, 2, 3]) {
  await orders.place(`o${number}`, { customer: 'Ada' })
  for (let item = 0; item <= number; item++) await orders.add(`o${number}`, { sku: `S${item}` })
}
await accounts.open('a1', { owner: 'Grace' })
await client.destroy()
