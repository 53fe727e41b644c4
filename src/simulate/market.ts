import type { Weighted } from './random.js';
import type { InactivityControl } from './play/timeline.js';

/** Seconds after its alerts at which inactivity control closes a session. */
export interface InactivityClosing {
  /** `timeout-close`: while an agent is connected. */
  readonly active: number;
  /** `async-idle-close`: while an async session is dormant. */
  readonly async: number;
}

/** A tenant with the configuration of its Chat Server. */
export interface Tenant extends Weighted {
  readonly dbid: number;
  readonly botGateway: boolean;
  readonly inactivity: InactivityControl;
  readonly closing: InactivityClosing;
  /** Whether its dormant sessions continue when their customers leave. */
  readonly outlivesCustomer: boolean;
  readonly languages: readonly Language[];
}

/** A language, as the tenant's web pages name it, and its customers' names. */
export interface Language extends Weighted {
  readonly name: string;
  readonly customers: readonly string[];
  readonly subjects: readonly string[];
}

/** A channel into the contact centre. */
export interface Channel extends Weighted {
  readonly mediaType: string;
  readonly mediaOrigin: string;
  readonly asyncMode: boolean;
}

const ENGLISH: Language = {
  weight: 50,
  name: 'English',
  customers: ['Ada Byron', "Grace O'Malley", 'Alan "Al" Reed'],
  subjects: ['Where is my order?', 'Invoice\tMarch', 'C:\\temp does not open', 'Refund 👍 please'],
};
const GERMAN: Language = {
  weight: 14,
  name: 'Deutsch',
  customers: ['Jürgen Groß', 'Änne Müller'],
  subjects: ['Rechnung fehlt', 'Gerät läuft nicht'],
};
const FRENCH: Language = {
  weight: 10,
  name: 'Français',
  customers: ['Zoé Lefèvre', 'Noël Çelik'],
  subjects: ['Colis non reçu', 'Où est l’agence ?'],
};
const RUSSIAN: Language = {
  weight: 8,
  name: 'Русский',
  customers: ['Фёдор Щукин', 'Юлия Цой'],
  subjects: ['Не приходит счёт', 'Смена тарифа'],
};
const ARABIC: Language = { weight: 6, name: 'العربية', customers: ['محمد العلي', 'ليلى حسن'], subjects: ['أين طلبي؟', 'تغيير العنوان'] };
const HEBREW: Language = { weight: 3, name: 'עברית', customers: ['יעל כהן', 'דוד לוי'], subjects: ['איפה ההזמנה שלי?'] };
const JAPANESE: Language = { weight: 5, name: '日本語', customers: ['佐藤 葵', '鈴木 蓮'], subjects: ['注文の確認', '返品したい'] };
const THAI: Language = { weight: 2, name: 'ไทย', customers: ['สมชาย ใจดี'], subjects: ['สินค้ายังไม่มา'] };
const TURKISH: Language = { weight: 4, name: 'Türkçe', customers: ['İpek Yıldız'], subjects: ['Siparişim nerede?\nİkinci kez yazıyorum.'] };

/** Three larger tenants, and a small one without Bot Gateway Server. */
export const TENANTS: readonly Tenant[] = [
  {
    weight: 50,
    dbid: 1,
    botGateway: true,
    inactivity: { activeAlert: 180, asyncAlert: 86_400 },
    closing: { active: 240, async: 345_600 },
    outlivesCustomer: true,
    languages: [ENGLISH, GERMAN, FRENCH, RUSSIAN, TURKISH],
  },
  {
    weight: 30,
    dbid: 101,
    botGateway: true,
    inactivity: { activeAlert: 120, asyncAlert: 43_200 },
    closing: { active: 120, async: 172_800 },
    outlivesCustomer: false,
    languages: [ENGLISH, ARABIC, HEBREW, FRENCH],
  },
  {
    weight: 17,
    dbid: 102,
    botGateway: true,
    inactivity: { activeAlert: 300, asyncAlert: 86_400 },
    closing: { active: 60, async: 3_600 },
    outlivesCustomer: true,
    languages: [ENGLISH, JAPANESE, THAI],
  },
  {
    weight: 3,
    dbid: 205,
    botGateway: false,
    inactivity: { activeAlert: 240, asyncAlert: 86_400 },
    closing: { active: 60, async: 3_600 },
    outlivesCustomer: false,
    languages: [ENGLISH, GERMAN],
  },
];

/** Where chats come from. A media type can have several origins, and be async or not. */
export const CHANNELS: readonly Channel[] = [
  { weight: 52, mediaType: 'chat', mediaOrigin: 'Web chat', asyncMode: false },
  { weight: 14, mediaType: 'chat', mediaOrigin: 'Mobile app', asyncMode: false },
  { weight: 5, mediaType: 'chat', mediaOrigin: 'Kiosk «Nord»', asyncMode: false },
  { weight: 7, mediaType: 'smssession', mediaOrigin: 'SMS', asyncMode: false },
  { weight: 6, mediaType: 'facebooksession', mediaOrigin: 'Facebook', asyncMode: false },
  { weight: 9, mediaType: 'whatsappsession', mediaOrigin: 'WhatsApp', asyncMode: true },
  { weight: 4, mediaType: 'applebcsession', mediaOrigin: 'Apple Business Chat', asyncMode: true },
  { weight: 3, mediaType: 'chat', mediaOrigin: 'Mobile app', asyncMode: true },
];
