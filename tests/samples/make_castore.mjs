// Fills a database of PostgreSQL for castore-2.4.2.sql, with @castore/core and
// @castore/event-storage-adapter-postgres 2.4.2. The argument is its URL. Then: pg_dump --no-owner --no-privileges
import core from '@castore/core'
import postgres from '@castore/event-storage-adapter-postgres'

const connectionString = process.argv[2]
const { EventStore, EventType } = core
const { PostgresEventStorageAdapter } = postgres
await PostgresEventStorageAdapter.createEventTable({ connectionString })
const eventStorageAdapter = new PostgresEventStorageAdapter({ connectionString })
const store = (eventStoreId, types) =>
  new EventStore({
    eventStoreId,
    eventTypes: types.map(type => new EventType({ type })),
    reducer: (aggregate, { version, aggregateId }) => ({ ...aggregate, version, aggregateId }),
    eventStorageAdapter,
  })
const id = number => `00000000-0000-4000-8000-00000000000${number}`
const orders = store('ORDERS', ['ORDER_PLACED', 'ITEM_ADDED'])
for (const number of [1, 2, 3]) {
  const aggregateId = id(number)
  const payload = { customer: 'Ada', ref: 12345678901234 }
  await orders.pushEvent({ aggregateId, version: 1, type: 'ORDER_PLACED', payload, metadata: { by: 'ada' } })
  for (let version = 2; version < number + 3; version++)
    await orders.pushEvent({ aggregateId, version, type: 'ITEM_ADDED', payload: { sku: `S${version}`, price: 9.5 } })
}
// Another event store in the same table, and an event without a payload.
await store('ACCOUNTS', ['ACCOUNT_OPENED']).pushEvent({ aggregateId: id(9), version: 1, type: 'ACCOUNT_OPENED' })
process.exit()
