/** The transactions of a run are a few; so many of them may have a wrong time in a row. */
const NEAR_KEYS = 50;

/**
 * SQL that tells whether nothing has touched an active session since an instant (epoch seconds), from the audit row of the transaction that
 * touched it last. Where that row's time lies before the instant, or has not come, a clock may have been wrong: audit keys are in the order of
 * commits, so the session was touched no earlier than the transactions shortly before were.
 */
export const isUntouchedSince = (staleTs: string, nowTs: string): string => `(
      ctl_audit_log.created_ts not between ${staleTs} + 1 and ${nowTs}
      and (
        select max(near.created_ts)
        from ctl_audit_log as near
        where near.audit_key between greatest(ctl_audit_log.audit_key - ${NEAR_KEYS}, 1) and ctl_audit_log.audit_key
          and near.created_ts <= ${nowTs}
      ) <= ${staleTs}
    )`;
