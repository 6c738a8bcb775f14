// Makes livestore-0.4.0-sqlite.db, which is the file eventlog@….db that @livestore/adapter-node 0.4.0 writes.
import { makeAdapter } from '@livestore/adapter-node'
import { createStorePromise, Events, makeSchema, Schema, State } from '@livestore/livestore'

const todo = Schema.Struct({ id: Schema.String, text: Schema.String })
const events = {
  created: Events.synced({ name: 'v1.TodoCreated', schema: todo }),
  completed: Events.synced({ name: 'v1.TodoCompleted', schema: Schema.Struct({ id: Schema.String }) }),
  deleted: Events.synced({ name: 'v1.TodoDeleted', schema: Schema.Struct({ id: Schema.String }) }),
  chosen: Events.clientOnly({ name: 'FilterChosen', schema: Schema.Struct({ filter: Schema.String }) }),
}
const columns = { id: State.SQLite.text({ primaryKey: true }), text: State.SQLite.text({ default: '' }) }
const todos = State.SQLite.table({ name: 'todos', columns })
const materializers = State.SQLite.materializers(events, {
  'v1.TodoCreated': ({ id, text }) => todos.insert({ id, text }),
  'v1.TodoCompleted': () => [],
  'v1.TodoDeleted': ({ id }) => todos.delete().where({ id }),
  FilterChosen: () => [],
})
const schema = makeSchema({ events, state: State.SQLite.makeState({ tables: { todos }, materializers }) })
const adapter = makeAdapter({ storage: { type: 'fs', baseDirectory: 'livestore' }, clientId: 'client' })
const store = await createStorePromise({ adapter, schema, storeId: 'todos' })
for (const id of ['a', 'b', 'c']) store.commit(events.created({ id, text: `Task ${id}` }))
store.commit(events.chosen({ filter: 'open' }))
for (const id of ['a', 'b']) store.commit(events.completed({ id }))
store.commit(events.deleted({ id: 'c' }))
store.commit(events.created({ id: 'd', text: 'Task d' }))
await new Promise(resolve => setTimeout(resolve, 2000))
await store.shutdownPromise()
