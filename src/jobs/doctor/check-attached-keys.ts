import { readNewestKeys, type NewestKeys } from '../../extract/newest-keys.js';
import type { KvpMap, MappedKey } from '../../model/mapped-key.js';
import type { AdataSpec } from '../../spec/adata-spec.js';
import { checkAdataSpec } from '../../spec/check-adata-spec.js';
import { note, ok, warning, type Diagnosis } from './finding.js';
import type { IdbPatient } from './patient.js';
import { counted, newestRows } from '../../model/text.js';

/** Do the keys that really come agree with the KVP map, and with the attached-data specification that ICON is said to have? */
export async function checkAttachedKeys({ connection, table, map, adataSpec }: IdbPatient): Promise<Diagnosis[]> {
  const newest = await readNewestKeys(
    connection,
    table,
    map.keys.map(({ kvp }) => kvp),
  );
  return [...judgeKeys(newest, map), ...(adataSpec === undefined ? [] : judgeSpec(newest, map, adataSpec))];
}

/** Keys that Chat Server attaches to every session with statistics, or always. */
const isExpected = ({ attached }: MappedKey): boolean => attached === 'always' || attached === 'statistics';

/** Of the keys that the newest rows have. */
export function judgeKeys({ rows, mapped, others }: NewestKeys, map: KvpMap): Diagnosis[] {
  const place = newestRows(rows);
  // Why there are none is another check's.
  if (mapped.size === 0) return [note(`none of ${place} is about a chat session`)];
  const expected = map.keys.filter(isExpected);
  const missing = expected.filter(({ kvp }) => !mapped.has(kvp)).map(({ kvp }) => kvp);
  const ignored = others.size === 0 ? '' : `; ignored: ${toList([...others].map(([name, count]) => `${name} ${count}`))}`;
  if (missing.length === 0) return [ok(`${mapped.size} of the ${counted(map.keys.length, 'mapped key')} are in ${place}${ignored}`)];
  return [
    warning(
      `${missing.length} of ${counted(expected.length, 'key')} that each session should have are in none of ${place}: ${toList(missing)}${ignored}`,
      'Chat Server attaches statistics when attach-session-statistics is all or fired, and ICON keeps what its attached-data spec names: chatmart spec check FILE.',
    ),
  ];
}

/** Of a specification and the keys that really come: whether it says what ICON does, and enough. */
export function judgeSpec({ rows, mapped }: NewestKeys, map: KvpMap, spec: AdataSpec): Diagnosis[] {
  const lost = new Set(checkAdataSpec(spec, map).lost.map(({ kvp }) => kvp));
  const comeAllTheSame = [...mapped.keys()].filter((kvp) => lost.has(kvp));
  const neverCome = map.keys.filter((key) => isExpected(key) && !lost.has(key.kvp) && !mapped.has(key.kvp)).map(({ kvp }) => kvp);
  const found: Diagnosis[] = [];
  if (comeAllTheSame.length > 0)
    found.push(
      warning(
        `${spec.file} does not capture keys that come all the same: ${toList(comeAllTheSame)}`,
        'It is not the specification that this ICON has read: look at its option adata-spec-name, and restart ICON after a change.',
      ),
    );
  if (lost.size > 0)
    found.push(warning(`${spec.file} does not capture ${counted(lost.size, 'mapped key')}`, `chatmart spec check ${spec.file}`));
  if (mapped.size > 0 && neverCome.length > 0)
    found.push(
      warning(
        `${spec.file} captures keys that are in none of ${newestRows(rows)}: ${toList(neverCome)}`,
        'Chat Server does not attach them: set attach-session-statistics to all or fired; or ICON has not been restarted with this specification.',
      ),
    );
  return found.length > 0 ? found : [ok(`${spec.file} captures all mapped keys, and those that each session has do come`)];
}

const MOST_NAMED = 5;

const toList = (names: readonly string[]): string =>
  names.length <= MOST_NAMED ? names.join(', ') : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;
