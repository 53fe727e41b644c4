import fc from 'fast-check';

/** Zones that differ in all that can go wrong: west and east, halves and quarters of an hour, summer time of an hour, of half an hour, at midnight, and none. */
export const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Kathmandu'],
  ...['Pacific/Apia', 'Pacific/Chatham', 'Africa/Casablanca', 'Asia/Kolkata', 'Africa/Cairo'],
] as const;

export const zones = fc.constantFrom(...ZONES);
