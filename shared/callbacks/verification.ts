import { createHmac, timingSafeEqual } from 'node:crypto';

/** How a provider proves that a callback is its own. */
export type SignatureScheme = 'standard-webhooks' | 'hmac-hex' | 'hmac-hex-timestamp' | 'github' | 'stripe';

export interface SignatureSettings {
  scheme: SignatureScheme;
  /** Every secret that verifies now; several while one is replaced by another. */
  secrets: readonly string[];
  /** Name of the signature's header, for `hmac-hex` and `hmac-hex-timestamp`. */
  signatureHeader?: string;
  /** Name of the timestamp's header, for `hmac-hex-timestamp`. */
  timestampHeader?: string;
}

/** Why a signature does not hold. Says nothing that helps to forge one. */
export type SignatureFault = 'missing' | 'malformed' | 'too-old' | 'wrong';

interface Signed {
  /** What the signature covers. */
  content: (string | Buffer)[];
  /** Signatures offered, decoded; one that matches is enough. */
  signatures: Buffer[];
  /** When it was signed, in seconds; undefined when the scheme does not say. */
  timestamp?: number;
}

/** Older or newer than this, a signature may be a replay. In seconds, as Standard Webhooks has it. */
const toleranceSeconds = 300;

/**
 * Checks a callback's signature over its raw bytes, in constant time.
 * @param nowSeconds seconds since 1970
 * @returns undefined when it holds
 */
export function verifySignature(
  settings: SignatureSettings,
  header: (name: string) => string | undefined,
  body: Buffer,
  nowSeconds: number,
): SignatureFault | undefined {
  const signed = readers[settings.scheme](header, body, settings);
  if (typeof signed === 'string') return signed;
  const { timestamp, content, signatures } = signed;
  if (timestamp !== undefined && !(Math.abs(nowSeconds - timestamp) <= toleranceSeconds)) return 'too-old';
  // Every pair is compared, so the time taken tells nothing about which secret or signature came close.
  let holds = false;
  for (const secret of settings.secrets) {
    const expected = mac(settings.scheme, secret, content);
    for (const signature of signatures) {
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) holds = true;
    }
  }
  return holds ? undefined : 'wrong';
}

function mac(scheme: SignatureScheme, secret: string, content: Signed['content']): Buffer {
  const key = scheme === 'standard-webhooks' ? Buffer.from(secret.replace(/^whsec_/, ''), 'base64') : secret;
  const hmac = createHmac('sha256', key);
  for (const part of content) hmac.update(part);
  return hmac.digest();
}

type Reader = (
  header: (name: string) => string | undefined,
  body: Buffer,
  settings: SignatureSettings,
) => Signed | SignatureFault;

const readers: Record<SignatureScheme, Reader> = {
  'standard-webhooks': (header, body) => {
    const id = header('webhook-id');
    const sent = header('webhook-timestamp');
    const list = header('webhook-signature');
    if (!id || !sent || !list) return 'missing';
    const timestamp = seconds(sent);
    if (timestamp === undefined) return 'malformed';
    const signatures = list
      .split(' ')
      .filter((item) => item.startsWith('v1,'))
      .map((item) => Buffer.from(item.slice(3), 'base64'));
    return { content: [`${id}.${sent}.`, body], signatures, timestamp };
  },
  'hmac-hex': (header, body, { signatureHeader = 'x-signature' }) => {
    const signature = header(signatureHeader);
    if (!signature) return 'missing';
    const signatures = hex(signature);
    return signatures.length === 0 ? 'malformed' : { content: [body], signatures };
  },
  'hmac-hex-timestamp': (header, body, { signatureHeader = 'x-signature', timestampHeader = 'x-timestamp' }) => {
    const signature = header(signatureHeader);
    const sent = header(timestampHeader);
    if (!signature || !sent) return 'missing';
    const timestamp = seconds(sent);
    const signatures = hex(signature);
    if (timestamp === undefined || signatures.length === 0) return 'malformed';
    return { content: [`${sent}.`, body], signatures, timestamp };
  },
  github: (header, body) => {
    const signature = header('x-hub-signature-256');
    if (!signature) return 'missing';
    const signatures = signature.startsWith('sha256=') ? hex(signature.slice(7)) : [];
    return signatures.length === 0 ? 'malformed' : { content: [body], signatures };
  },
  stripe: (header, body) => {
    const list = header('stripe-signature');
    if (!list) return 'missing';
    const pairs = list.split(',').map((pair) => pair.trim().split('=', 2));
    const sent = pairs.find(([name]) => name === 't')?.[1];
    const timestamp = sent === undefined ? undefined : seconds(sent);
    const signatures = pairs.filter(([name]) => name === 'v1').flatMap(([, value = '']) => hex(value));
    if (timestamp === undefined || signatures.length === 0) return 'malformed';
    return { content: [`${sent}.`, body], signatures, timestamp };
  },
};

function seconds(text: string): number | undefined {
  return /^[0-9]{1,12}$/.test(text) ? Number(text) : undefined;
}

function hex(text: string): Buffer[] {
  return /^[0-9a-f]{64}$/i.test(text) ? [Buffer.from(text, 'hex')] : [];
}
