import { memberName, unwrap } from '../../walk.js'
import { inPackage, type AnyCall } from '../../types/oracle.js'
import type { SourceUnit } from '../../unit.js'
import { database, words, type Doing, type Row } from './row.js'
import { bySql } from './sql.js'

const what = database
const prisma = ['@prisma/client', '.prisma/client', '@prisma/client/runtime/library', '@prisma/client-runtime-utils']
const mongo = ['mongodb', 'mongoose']
const redis = ['ioredis', 'redis', '@redis/client', '@upstash/redis']

/** `$out` and `$merge` write what an aggregation finds. */
const byPipeline = (call: AnyCall, unit: SourceUnit): Doing => (/\$(?:out|merge)\b/.test(unit.text.slice(...call.range)) ? 'writes' : 'reads')

export const databaseRows: readonly Row[] = [
  { packages: prisma, members: words('findUnique findUniqueOrThrow findFirst findFirstOrThrow findMany count aggregate groupBy findRaw aggregateRaw'), does: 'reads', what, source: 'prisma.io/docs, Prisma Client API: CRUD' },
  { packages: prisma, members: words('$queryRaw'), does: bySql, what, isLikely: true, source: 'prisma.io/docs, raw queries' },
  { packages: prisma, members: words('$on $extends sql sqltag raw join empty validator defineExtension getExtensionContext constructor'), does: 'pure', source: 'prisma.io/docs, raw queries and extensions' },
  { packages: prisma, members: /^(?:create|update|upsert|delete|\$executeRaw)/, does: 'writes', what, source: 'prisma.io/docs, Prisma Client API: CRUD' },
  { packages: prisma, members: /./, does: prismaMember, what, source: 'prisma.io/docs, Prisma Client API: what is not a read is taken to write' },
  { packages: ['drizzle-orm'], members: words('select selectDistinct selectDistinctOn findMany findFirst $count $with with from'), does: onDriver, what, source: 'orm.drizzle.team/docs/select' },
  { packages: ['drizzle-orm'], members: words('for insert update delete transaction batch refreshMaterializedView run migrate push reset seed'), does: 'writes', what, source: 'orm.drizzle.team/docs' },
  { packages: ['drizzle-orm'], members: words('execute all get values'), does: onSql, what, isLikely: true, source: 'orm.drizzle.team/docs/sql: what a query runs by, or raw SQL' },
  { packages: ['drizzle-orm'], members: /./, does: 'pure', isLikely: true, source: 'orm.drizzle.team/docs: builders' },
  { packages: ['kysely'], types: /^SelectQueryBuilder$/, members: /^execute|^stream$/, does: 'reads', what, source: 'kysely.dev/docs/execution' },
  { packages: ['kysely'], types: /^(?:Insert|Update|Delete|Merge)QueryBuilder$/, members: /^execute|^stream$/, does: 'writes', what, source: 'kysely.dev/docs/execution' },
  { packages: ['kysely'], members: /^execute|^stream$|^for(?:Update|Share|NoKeyUpdate|KeyShare)$|^(?:transaction|startTransaction|connection|destroy)$/, does: 'may write', what, source: 'kysely.dev/docs/execution' },
  { packages: ['kysely'], members: /./, does: 'pure', source: 'kysely.dev/docs: builders' },
  { packages: ['knex'], members: words('insert update delete del upsert truncate increment decrement forUpdate forShare transacting transaction raw schema migrate batchInsert commit rollback returning onConflict merge'), does: (call, unit) => (nameOf(call) === 'raw' ? bySql(call, unit) : 'writes'), what, source: 'knexjs.org/guide/query-builder.html' },
  { packages: ['knex'], members: /./, does: knexMember, what, isLikely: true, source: 'knexjs.org/guide/query-builder.html: a builder of these alone selects; schemas, migrations and seeds write' },
  { packages: ['pg'], members: words('query'), does: bySql, what, isLikely: true, source: 'node-postgres.com/apis/pool' },
  { packages: ['mysql2', 'mysql2/promise'], members: words('query execute'), does: bySql, what, isLikely: true, source: 'sidorares.github.io/node-mysql2' },
  { packages: ['postgres'], members: /./, does: (call, unit) => (call.type === 'TaggedTemplateExpression' ? bySql(call, unit) : 'pure'), what, isLikely: true, source: 'github.com/porsager/postgres' },
  { packages: ['typeorm'], types: /^(?:Repository|EntityManager|DataSource|MongoRepository|TreeRepository)$/, members: /^(?:find|count|exist|sum|average|minimum|maximum)/, does: 'reads', what, source: 'typeorm.io/docs, Repository API' },
  { packages: ['typeorm'], types: /^(?:Repository|EntityManager|DataSource|QueryRunner)$/, members: words('query'), does: bySql, what, isLikely: true, source: 'typeorm.io/docs, raw SQL' },
  { packages: ['typeorm'], types: /^SelectQueryBuilder$/, members: /^(?:getOne|getMany|getRaw|getCount|getExists|getManyAndCount|getRawAndEntities|getRawMany|getRawOne|getOneOrFail)$/, does: 'reads', what, source: 'typeorm.io/docs, select query builder' },
  { packages: ['typeorm'], types: /^(?:Select)?QueryBuilder$/, members: /^(?!setLock$|execute$|insert$|update$|delete$|softDelete$|restore$).*$/, does: 'pure', source: 'typeorm.io/docs, select query builder' },
  { packages: ['typeorm'], members: words('createQueryBuilder getRepository In Like ILike Not IsNull MoreThan LessThan Between Equal Raw Any'), does: 'pure', source: 'typeorm.io/docs' },
  { packages: ['sequelize', 'sequelize-typescript'], members: /^(?:find(?:All|One|ByPk|AndCountAll)|count|sum|min|max|aggregate)$/, does: (call, unit) => (/\b(?:lock|transaction)\b/.test(unit.text.slice(...call.range)) ? 'may write' : 'reads'), what, source: 'sequelize.org/docs, model querying: finders' },
  { packages: ['sequelize', 'sequelize-typescript'], types: /^Model$/, members: words('get getDataValue changed previous toJSON equals'), does: 'pure', source: 'sequelize.org/docs, model instances: what was read is there' },
  { packages: ['sequelize', 'sequelize-typescript'], types: /^Model$/, members: words('set setDataValue setAttributes'), does: 'mutates', source: 'sequelize.org/docs, model instances: nothing is saved' },
  { packages: ['sequelize'], members: words('query'), does: bySql, what, isLikely: true, source: 'sequelize.org/docs, raw queries' },
  { packages: mongo, members: words('find findOne findById exists countDocuments estimatedDocumentCount distinct count'), does: onSession, what, source: 'mongodb.com/docs/drivers/node, mongoosejs.com/docs/queries.html' },
  { packages: mongo, members: words('aggregate'), does: byPipeline, what, source: 'mongodb.com/docs/manual/reference/operator/aggregation: $out and $merge write' },
  { packages: [...mongo, 'sequelize', 'sequelize-typescript', 'typeorm'], members: /^(?:bulk|create|decrement|delete|destroy|drop|findAndModify|findById[AO]|findCreateFind|findOne[AO]|findOrCreate|increment|insert|recover|remove|rename|replace|restore|save|soft|startSession|transaction|truncate|update|upsert|validate|withTransaction)/, does: createsNoQuery, what, source: 'mongodb.com/docs/drivers/node, mongoosejs.com/docs/api, sequelize.org/api, typeorm.io/docs: writes' },
  { packages: ['mongodb'], types: /^(?:FindCursor|AggregationCursor|AbstractCursor)$/, members: words('toArray explain'), does: 'reads', what, source: 'mongodb.com/docs/drivers/node, cursors' },
  { packages: mongo, types: /Cursor$|^(?:Query|Aggregate|QueryCursor|Db|MongoClient)$/, members: words('sort limit skip project map batchSize filter select lean populate where equals gt gte lt lte in nin exec collation hint maxTimeMS orFail read cursor collection db match group unwind lookup addFields'), does: 'pure', source: 'mongodb.com/docs/drivers/node and mongoosejs.com/docs/api/query.html: builders' },
  { packages: mongo, types: /^ObjectId|Types$/, members: /./, does: 'pure', source: 'mongodb.com/docs/drivers/node' },
  { packages: ['@upstash/redis'], types: words('Pipeline'), members: words('exec execute'), does: 'writes', what: 'Redis', isLikely: true, source: 'upstash.com/docs/redis/sdks/ts/pipelining' },
  { packages: ['@upstash/redis'], types: words('Pipeline'), members: /./, does: 'mutates', source: 'upstash.com/docs/redis/sdks/ts/pipelining: commands are collected, then run by exec' },
  { packages: redis, members: words('get mget getBuffer getrange hget hmget hgetall hexists hGet hGetAll hExists hmGet exists ttl pttl smembers sMembers sismember sIsMember smismember smIsMember scard zrange zRange zscore zScore zcount zrank zcard lrange lRange llen lLen keys type strlen hkeys hvals hlen mGet xrange xrevrange xlen xRange xLen dbsize dbSize'), does: 'reads', what: 'Redis', source: 'redis.io/docs/latest/commands: commands flagged readonly' },
  { packages: redis, members: words('pipeline multi duplicate constructor fromEnv'), does: 'pure', source: 'redis.io/docs/latest/commands: commands are collected, then run by exec' },
  { packages: redis, types: /^(?:RedisCommander|Redis|Cluster|Commander|ChainableCommander|RedisClient\w*|RedisCluster\w*|\w*Commands)$/, members: /./, does: 'writes', what: 'Redis', isLikely: true, source: 'redis.io/docs/latest/commands: what is not flagged readonly' },
  { packages: ['@supabase/postgrest-js'], members: words('insert update upsert delete rpc'), does: 'writes', what, source: 'supabase.com/docs/reference/javascript' },
  { packages: ['@supabase/postgrest-js'], members: words('select'), does: 'reads', what, source: 'supabase.com/docs/reference/javascript/select' },
  { packages: ['@supabase/postgrest-js', '@supabase/supabase-js'], members: words('from schema eq neq gt gte lt lte like ilike is in contains containedBy order limit range single maybeSingle or filter not match csv returns overrideTypes throwOnError textSearch'), does: 'pure', source: 'supabase.com/docs/reference/javascript: filters' },
  { packages: ['@clickhouse/client', '@clickhouse/client-common'], members: words('query ping'), does: 'reads', what, isLikely: true, source: 'clickhouse.com/docs/integrations/javascript: `query` is for statements that give rows; `command` and `insert` are for others' },
  { packages: ['@clickhouse/client', '@clickhouse/client-common'], types: /ResultSet$/, members: words('json text stream close'), does: 'reads alone', what: 'a result', source: 'clickhouse.com/docs/integrations/javascript, ResultSet' },
  { packages: ['@elastic/elasticsearch', '@opensearch-project/opensearch'], members: words('search get count exists mget msearch'), does: 'reads', what: 'the search index', source: 'elastic.co/docs, JavaScript client' },
]

/** Making a client connects to nothing; what is no read is taken to write. */
function prismaMember(call: AnyCall): Doing {
  return call.type === 'NewExpression' ? 'pure' : 'may write'
}

const knexReads = /^(?:as|avg\w*|clone|column|columns|count\w*|cross\w*|distinct\w*|first|from|full\w*|group\w*|having\w*|inner\w*|join\w*|left\w*|limit|max|min|offset|on|or\w*|order\w*|outer\w*|pluck|right\w*|select|sum\w*|table|timeout|toSQL|union\w*|using|where\w*|with\w*)$/

/** `db('users')` begins a query; of the members of builders, those that only select are known. */
function knexMember(call: AnyCall): Doing {
  const callee = unwrap(call.type === 'TaggedTemplateExpression' ? call.tag : call.callee)
  return callee.type !== 'MemberExpression' || knexReads.test(memberName(callee) ?? '') ? 'reads' : 'writes'
}

/** Drivers that have read when the call comes back: whoever awaits it waits for nothing. */
const synchronous = [inPackage('drizzle-orm', 'BetterSQLite3Database', 'SQLiteBunDatabase', 'SQLJsDatabase', 'ExpoSQLiteDatabase', 'DrizzleSqliteDODatabase')]

/** `db.select()`, `ctx.db.query.users.findMany()`: what is read from `db`. */
function onDriver(call: AnyCall, unit: SourceUnit): Doing {
  let at = unwrap(call.type === 'TaggedTemplateExpression' ? call.tag : call.callee)
  while (at.type === 'MemberExpression' || at.type === 'CallExpression') {
    at = unwrap(at.type === 'CallExpression' ? at.callee : at.object)
    if (at.type !== 'CallExpression' && unit.types.isOneOf(at, synchronous) === 'yes') return 'pure'
  }
  return 'reads'
}

/** `db.execute(sql…)` runs what it is given; `select().all()` what was built before. */
function onSql(call: AnyCall, unit: SourceUnit): Doing {
  if (call.type === 'CallExpression' && call.arguments.length === 0) return 'reads'
  return bySql(call, unit)
}

/** `createQueryBuilder()` only builds. */
function createsNoQuery(call: AnyCall, unit: SourceUnit): Doing {
  if (nameOf(call) === 'createQueryBuilder') return 'pure'
  // What is written in a transaction is written when that ends, if at all.
  return /\b(?:transaction|session)\b/.test(unit.text.slice(...call.range)) ? 'may write' : 'writes'
}

/** With a session, operations belong to one another. */
function onSession(call: AnyCall, unit: SourceUnit): Doing {
  return /\bsession\b/.test(unit.text.slice(...call.range)) ? 'orders' : 'reads'
}

function nameOf(call: AnyCall): string {
  const callee = unwrap(call.type === 'TaggedTemplateExpression' ? call.tag : call.callee)
  return callee.type === 'MemberExpression' ? (memberName(callee) ?? '') : callee.type === 'Identifier' ? callee.name : ''
}
