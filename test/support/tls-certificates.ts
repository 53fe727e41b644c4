import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its private key, both as PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that issues certificates, with its own. */
export interface Authority extends Certificate {
  readonly issue: (subject: Subject) => Certificate;
}

export interface Subject {
  readonly commonName: string;
  /** Names and addresses of a server. */
  readonly hosts?: readonly string[];
  readonly from?: Date;
  readonly to?: Date;
}

/** Makes a self-signed authority. */
export function createAuthority(commonName: string, to?: Date): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const make = (subject: Subject, publicKey: KeyObject, isAuthority: boolean): string =>
    toCertificate({ subject, issuer: commonName, publicKey, signer: keys.privateKey, isAuthority });
  return {
    certificate: make({ commonName, ...(to && { to }) }, keys.publicKey, true),
    key: toPem(keys.privateKey),
    issue: (subject) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return { certificate: make(subject, own.publicKey, false), key: toPem(own.privateKey) };
    },
  };
}

const toPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;

interface Content {
  readonly subject: Subject;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly isAuthority: boolean;
}

/** X.509 version 3, RFC 5280. */
function toCertificate({ subject, issuer, publicKey, signer, isAuthority }: Content): string {
  const { commonName, hosts = [], from = new Date('2020-01-01T00:00:00Z'), to = new Date('2049-01-01T00:00:00Z') } = subject;
  const extensions = [
    extension(BASIC_CONSTRAINTS, sequence(...(isAuthority ? [tag(0x01, Buffer.of(0xff))] : []))),
    ...(hosts.length === 0 ? [] : [extension(SUBJECT_ALT_NAME, sequence(...hosts.map(toAltName)))]),
  ];
  const content = sequence(
    tag(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    toName(issuer),
    sequence(toTime(from), toTime(to)),
    toName(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    tag(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', content, signer);
  const lines = sequence(content, ECDSA_WITH_SHA256, bitString(signature))
    .toString('base64')
    .match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** DER: a tag, the length, the content. */
function tag(number: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(number, ...head), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tag(0x30, ...parts);
const integer = (content: Buffer): Buffer => tag(0x02, content);
const bitString = (content: Buffer): Buffer => tag(0x03, Buffer.of(0), content);
const identifier = (...bytes: readonly number[]): Buffer => tag(0x06, Buffer.from(bytes));

const ECDSA_WITH_SHA256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const COMMON_NAME = identifier(0x55, 0x04, 0x03);
const BASIC_CONSTRAINTS = identifier(0x55, 0x1d, 0x13);
const SUBJECT_ALT_NAME = identifier(0x55, 0x1d, 0x11);

const extension = (name: Buffer, value: Buffer): Buffer => sequence(name, tag(0x04, value));

const toName = (commonName: string): Buffer => sequence(tag(0x31, sequence(COMMON_NAME, tag(0x0c, Buffer.from(commonName)))));

const toAltName = (host: string): Buffer =>
  isIP(host) === 4 ? tag(0x87, Buffer.from(host.split('.').map(Number))) : tag(0x82, Buffer.from(host));

/** UTCTime, for years before 2050. */
const toTime = (time: Date): Buffer =>
  tag(
    0x17,
    Buffer.from(
      time
        .toISOString()
        .replace(/\.\d+|[-:T]/g, '')
        .slice(2),
    ),
  );
