import type { KvpMap, MappedKey } from '../model/mapped-key.js';
import type { Masker } from '../model/sensitive-data.js';
import { parseInstant } from './parse-instant.js';

/** How the values of each key are masked, by its position in the map. */
export const maskedBySlot = (map: KvpMap, masker: Masker): ((raw: string) => string)[] =>
  map.keys.map((key) => {
    if (isText(key)) return (raw) => masker.maskValue(key, raw);
    const isPlain = isTime(key) ? (raw: string) => parseInstant(raw.trim()) !== undefined : () => false;
    // A time has many digits, none of which is stored; a number may still be that of a card.
    return (raw) => (isPlain(raw) ? raw : masker.maskValue(key, raw, NUMBER_OR_FLAG.test(raw)));
  });

const NUMBER_OR_FLAG = /^\s*(?:[+-]?\d{1,15}|true|false|yes|no)\s*$/i;

const isText = ({ type }: MappedKey): boolean => type === 'text' || type === 'code' || type === 'media-type' || type === 'own-text';
const isTime = ({ type }: MappedKey): boolean => type === 'start' || type === 'end' || type === 'own-time';
