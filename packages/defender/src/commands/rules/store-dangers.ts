import type { KnownDanger } from './danger-table.ts';

const TAG = 'data_loss';

/** Programs that keep other people's data, and the orders that empty them. */
export const STORE_DANGERS: readonly KnownDanger[] = [
  {
    tag: TAG,
    reason: 'deletes data of a database',
    program:
      /^(?:psql|mysql|mariadb|mongo(?:sh)?|sqlite3|clickhouse(?:-client)?|cockroach|sqlcmd|sqlplus|duckdb|cqlsh|bq|turso|influx)$/,
    readsOrders: true,
    asks: /\b(?:drop\s+(?:database|schema|table|keyspace|column|owned|user|role)|update\s+[\w."`]+\s+set\s(?![\s\S]*\bwhere\b)|truncate\s+(?:table\s+)?\w|dropDatabase\s*\(|\.drop\s*\(|deleteMany\s*\(\s*\{\s*\}|delete\s+from\s+[\w."`]+\s*(?:;|$|["']))/i,
  },
  {
    tag: 'privilege_escalation',
    reason: 'gives away the rights over a database, or runs programs through it',
    program: /^(?:psql|mysql|mariadb|sqlite3|sqlcmd|cockroach|mongo(?:sh)?)$/,
    readsOrders: true,
    asks: /\bto\s+program\b|\binto\s+(?:out|dump)file\b|\bload_(?:file|extension)\s*\(|\bxp_cmdshell\b|\b(?:role|user)\s+\S+\s[^;]*\bsuperuser\b|\bgrant\s+all\b[^;]*\b(?:to\s+public|on\s+\*\.\*)|\bgrantRolesToUser\b/i,
  },
  {
    tag: TAG,
    reason: 'stops a database and drops what it held, or moves its files',
    program: /^(?:redis|valkey)-cli$/,
    readsOrders: true,
    asks: /\bshutdown\s+nosave\b|\bdebug\s+segfault\b|\bconfig\s+set\s+(?:dir|dbfilename)\b/i,
  },
  {
    tag: TAG,
    reason: 'deletes a database',
    program: /^(?:dropdb|dropuser|mysqladmin)$/,
    asks: /^(?!.*\b(?:ping|status|version|processlist|variables)\b)/,
  },
  {
    tag: TAG,
    reason: 'empties a database',
    program: /^(?:(?:redis|valkey)-cli|nc|ncat|telnet)$/,
    asks: /\bflush(?:all|db)\b/i,
    readsOrders: true,
  },
  {
    tag: TAG,
    reason: 'makes a database anew and drops what it held',
    program:
      /^(?:rake|rails|php|python[\d.]*|npx|bunx|pnpm|yarn|prisma|mix|bundle|sequelize(?:-cli)?|typeorm|manage\.py)$/,
    asks: /\bdb:(?:drop|reset|purge|wipe|migrate:reset)\b|\bmigrate:(?:fresh|reset)\b|\bmanage\.py (?:flush|reset_db)\b|^(?:flush|reset_db)\b|\bmigrate reset\b|\bdb push\b.*--force-reset|\becto\.(?:drop|reset)\b|\bschema:drop\b|\bdatabase:drop\b/,
    unless: /--(?:dry-run|help|pretend)\b/,
  },
  {
    tag: TAG,
    reason: 'deletes what a search engine holds',
    program: /^(?:curl|wget|https?|xh)$/,
    asks: /(?:-X ?|--request[= ]|--method[= ]|^)DELETE\b.*:9200\/(?:_all|\*|_data_stream\/\*|_snapshot\/)|\/(?:_all|\*)\/_delete_by_query\b/,
  },
  {
    tag: TAG,
    reason: 'empties a store of keys or messages',
    program: /^(?:etcdctl|consul|vault|rabbitmqctl|kafka-\w+(?:\.sh)?|nats|zkCli(?:\.sh)?)$/,
    asks: /\bdel\b.*--(?:prefix|from-key)|\bkv delete\b.*-recurse|\bsecrets disable\b|\bmetadata delete\b|^(?:reset|force_reset|delete_vhost|purge_queue)\b|--delete\b.*--topic\b|--topic\b.*--delete\b|\bstream (?:rm|purge)\b|\bdeleteall\b/,
  },
];
