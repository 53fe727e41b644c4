/** How a Chat Server may format timestamps: ISO 8601 with Z, ISO 8601 without a zone (UTC), epoch seconds or milliseconds. */
export const TIME_FORMS = ['iso', 'iso-no-zone', 'epoch-seconds', 'epoch-milliseconds'] as const;
export type TimeForm = (typeof TIME_FORMS)[number];

/** Formats a moment (epoch seconds) as a timestamp. */
export function toTimeText(epochSeconds: number, form: TimeForm): string {
  switch (form) {
    case 'iso':
      return `${toIsoSeconds(epochSeconds)}Z`;
    case 'iso-no-zone':
      return toIsoSeconds(epochSeconds);
    case 'epoch-seconds':
      return String(epochSeconds);
    case 'epoch-milliseconds':
      return String(epochSeconds * 1000);
  }
}

const toIsoSeconds = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString().slice(0, 19);
