import { z } from 'zod';
import { signatureAlgorithms } from '../../security/public-key-set';
import { instantField, visibleField } from './fields';

export const transmitterIdField = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .meta({ description: 'Your own name of the transmitter.', examples: ['idp'] });

export const transmitterParams = z.strictObject({ transmitterId: transmitterIdField });

const number = z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/);

/** Public members alone (RFC 7517, RFC 7518 §6). What the certificate members say is not looked at. */
const publicKeyField = z.strictObject({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: visibleField(200, 'Which key; tokens name it.', 'key-1').optional(),
  use: z.literal('sig').optional(),
  key_ops: z.array(z.literal('verify')).max(1).optional(),
  alg: z.enum(signatureAlgorithms).optional(),
  crv: z.enum(['P-256', 'P-384', 'Ed25519']).optional(),
  x: number.optional(),
  y: number.optional(),
  n: number.optional(),
  e: number.optional(),
  x5c: z.array(z.base64().max(8_000)).max(10).optional(),
  x5t: number.optional(),
  'x5t#S256': number.optional(),
  x5u: visibleField(500, 'Not fetched.', 'https://idp.example/cert').optional(),
});

const said = {
  issuer: visibleField(200, '`iss` of its tokens.', 'https://idp.example'),
  audience: visibleField(200, 'What `aud` of its tokens must hold.', 'https://mfa.example'),
  jwks: z
    .strictObject({ keys: z.array(publicKeyField).min(1).max(20) })
    .describe(
      'Its public keys: RSA of 2048 bits and more, P-256, P-384 or Ed25519. Nothing is fetched; when its keys change, write it again.',
    ),
};

export const transmitterInput = z.strictObject(said).meta({ id: 'EventTransmitterRequest' });

export const transmitterView = z
  .strictObject({ id: transmitterIdField, ...said, createdAt: instantField })
  .meta({ id: 'EventTransmitter' });

export const transmitterListView = z
  .strictObject({ transmitters: z.array(transmitterView) })
  .meta({ id: 'EventTransmitterList' });

export const transmitterBodyExample = {
  issuer: 'https://idp.example',
  audience: 'https://mfa.example',
  jwks: {
    keys: [
      {
        kty: 'OKP',
        kid: 'key-1',
        use: 'sig',
        alg: 'EdDSA',
        crv: 'Ed25519',
        x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
      },
    ],
  },
} as const;

export const transmitterExample = {
  id: 'idp',
  ...transmitterBodyExample,
  createdAt: '2026-11-24T10:15:00.000Z',
};
