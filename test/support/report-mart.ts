import type { Connection } from '../../src/db/connection.js';
import { writeDimension, writeFacts } from './mart-facts.js';

/** Six sessions, few enough to compute every figure on paper. A to E started in March 2026. */
export async function writeReportMart(mart: Connection): Promise<void> {
  await mart.query(`insert into gidb_gc_tenant (id, name, state, status, create_audit_key)
    values (1, 'Bank', 1, 1, 1), (2, '=1+1', 1, 1, 1), (3, 'Bank', 1, 1, 1)`);
  const { rows } = await mart.query<{ key: number }>(`select media_type_key as key from media_type where media_name_code = 'CHAT'`);
  const mediaType = rows[0]!.key;
  await writeDimension(mart, [
    { id: 1, origin: 'web', language: 'English', endedBy: 'AGENT', endedReason: 'QUIT', endedAgent: 'PRESENT' },
    { id: 2, origin: 'ערוץ "א"', language: '日本語', endedBy: 'CLIENT', endedReason: 'DISCONNECT', endedAgent: 'ABSENT' },
    { id: 3, origin: 'web\u001b[31m\nred', language: 'English' },
  ]);
  const at = (text: string): number => Date.parse(text) / 1000;
  await writeFacts(mart, [
    {
      guid: 'A',
      start: at('2026-03-01T10:00Z'),
      mediaType,
      dim: 1,
      measures: {
        session_duration: 600,
        ...{ msg_from_agents_count: 4, msg_from_agents_size: 200, msg_from_customers_count: 3, msg_from_customers_size: 90 },
        ...{ agent_reply_count: 2, agent_reply_duration: 30, agent_reply_max_duration: 20 },
        ...{ agent_wait_count: 1, agent_wait_duration: 10, agent_wait_max_duration: 10 },
        ...{ customer_reply_count: 3, customer_reply_duration: 45, customer_reply_max_duration: 25 },
        ...{ customer_wait_count: 2, customer_wait_duration: 50, customer_wait_max_duration: 40 },
      },
    },
    {
      guid: 'B',
      start: at('2026-03-01T10:29:59Z'),
      mediaType,
      dim: 1,
      measures: {
        session_duration: 300,
        ...{ msg_from_agents_count: 2, msg_from_agents_size: 100, msg_from_customers_count: 1, msg_from_customers_size: 10 },
        ...{ msg_from_bots_count: 2, msg_from_bots_size: 60 },
        ...{ agent_reply_count: 1, agent_reply_duration: 50, agent_reply_max_duration: 50 },
        ...{ customer_wait_count: 1, customer_wait_duration: 7, customer_wait_max_duration: 7 },
      },
    },
    { guid: 'C', start: at('2026-03-02T23:59Z'), tenant: 2, mediaType, dim: 2, measures: { session_duration: 75 } },
    { guid: 'D', start: at('2026-03-02T23:45Z'), tenant: 2, mediaType, dim: 2, measures: { session_duration: 30 } },
    { guid: 'E', start: at('2026-03-02T12:00Z'), tenant: 3, dim: 3, active: true },
    // Its tenant and its dimension member do not exist.
    { guid: 'F', start: at('2026-04-01T00:00Z'), tenant: 99, mediaType, dim: 99 },
  ]);
}
