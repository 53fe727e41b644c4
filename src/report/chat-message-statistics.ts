import type { Metric, ReportDefinition } from './report-definition.js';

/** GCXI's Chat Message Statistics Report: message counts and sizes, and how long each side took and waited. */
export const chatMessageStatistics: ReportDefinition = {
  name: 'chat-message-statistics',
  title: 'Chat Message Statistics Report',
  defaultBy: ['day', 'tenant', 'media-type', 'media-origin', 'language'],
  metrics: [
    { figure: 'total', name: 'sessions', title: 'Sessions', group: 'sessions', column: 'sessions' },
    ...writtenBy('agents'),
    ...writtenBy('customers'),
    ...writtenBy('bots'),
    ...spans('agent_reply', 'agent_replies', 'Agent replies', 'agent reply'),
    ...spans('agent_wait', 'agent_waits', 'Agent waits', 'agent wait'),
    ...spans('customer_reply', 'customer_replies', 'Customer replies', 'customer reply'),
    ...spans('customer_wait', 'customer_waits', 'Customer waits', 'customer wait'),
  ],
};

function writtenBy(party: 'agents' | 'customers' | 'bots'): Metric[] {
  const group = `messages from ${party}`;
  const messages = `msg_from_${party}_count`;
  const characters = `msg_from_${party}_size`;
  const average = (name: string, title: string, of: string, per: string): Metric => ({ figure: 'average', name, title, group, of, per });
  return [
    { figure: 'total', name: `messages_from_${party}`, title: `Messages from ${party}`, group, column: messages },
    average(`messages_from_${party}_per_session`, `Messages from ${party} per session`, messages, 'sessions'),
    { figure: 'total', name: `characters_from_${party}`, title: `Characters from ${party}`, group, column: characters },
    average(`characters_from_${party}_per_session`, `Characters from ${party} per session`, characters, 'sessions'),
    average(`characters_from_${party}_per_message`, `Characters from ${party} per message`, characters, messages),
  ];
}

function spans(prefix: string, plural: string, title: string, singular: string): Metric[] {
  const count = `${prefix}_count`;
  return [
    { figure: 'total', name: plural, title, group: singular, column: count },
    {
      figure: 'average',
      name: `average_${prefix}_duration`,
      title: `Average ${singular}`,
      group: singular,
      of: `${prefix}_duration`,
      per: count,
    },
    {
      figure: 'largest',
      name: `longest_${prefix}_duration`,
      title: `Longest ${singular}`,
      group: singular,
      column: `${prefix}_max_duration`,
      among: count,
    },
  ];
}
