import fc from 'fast-check';

/** Time zones with every difficulty: west and east, half and quarter hours, summer time of an hour, half an hour, at midnight, and none. */
export const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Kathmandu'],
  ...['Pacific/Apia', 'Pacific/Chatham', 'Africa/Casablanca', 'Asia/Kolkata', 'Africa/Cairo'],
] as const;

export const zones = fc.constantFrom(...ZONES);
