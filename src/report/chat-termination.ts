import type { ReportDefinition } from './report-definition.js';

/** GCXI's Chat Termination Report: how sessions ended; for those without an agent, who took part instead and how long customers waited. */
export const chatTermination: ReportDefinition = {
  name: 'chat-termination',
  title: 'Chat Termination Report',
  defaultBy: ['day', 'tenant', 'media-type', 'ended-by', 'ended-reason', 'agent-presence'],
  metrics: [
    { figure: 'total', name: 'sessions', title: 'Sessions', column: 'sessions' },
    { figure: 'share', name: 'share_of_sessions', title: 'Share of sessions', of: 'sessions' },
    { figure: 'total', name: 'active', title: 'Still active', column: 'sessions_active' },
    { figure: 'average', name: 'average_session_duration', title: 'Average duration', of: 'session_duration', per: 'sessions' },
    { figure: 'total', name: 'without_agent', title: 'Without agent', column: 'sessions_abandoned' },
    { figure: 'total', name: 'closed_by_bot', title: 'Closed by bot', column: 'sessions_closed_by_bot' },
    { figure: 'total', name: 'left_with_bot', title: 'Left with bot', column: 'sessions_left_with_bot' },
    { figure: 'total', name: 'abandoned', title: 'Abandoned', column: 'sessions_abandoned_alone' },
    {
      figure: 'average',
      name: 'average_wait_before_abandonment',
      title: 'Average wait before abandonment',
      of: 'abandoned_alone_duration',
      per: 'sessions_abandoned_alone',
    },
    {
      figure: 'largest',
      name: 'longest_wait_before_abandonment',
      title: 'Longest wait before abandonment',
      column: 'abandoned_alone_max_duration',
      among: 'sessions_abandoned_alone',
    },
  ],
};
