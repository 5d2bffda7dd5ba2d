import { z } from 'zod';
import { defaultDeliveryPolicy, isReturnUrl, policyBounds } from '../../domain/delivery-policy';

const count = z.int().min(0).max(policyBounds.mostMessages);
const amount = z
  .string()
  .regex(policyBounds.amount)
  .meta({ description: 'Decimal, such as `0.05`.', examples: ['0.05'] });

export const deliveryPolicyView = z
  .strictObject({
    countries: z
      .array(z.string().regex(policyBounds.country))
      .max(policyBounds.mostCountries)
      .nullable()
      .describe(
        'Countries (ISO 3166-1 alpha-2) whose numbers are sent to; null for all, an empty list for none.',
      ),
    perUserPer10Minutes: count.describe('Codes and links that one user is sent in ten minutes.'),
    perAddressPerHour: count,
    perAddressPerDay: count,
    perPrefixPerHour: count.describe(
      'To numbers that share country code and the next four digits: ranges rented for fraud do.',
    ),
    perCountryPerDay: count,
    perTenantPerDay: count.describe('Of every kind, notices included.'),
    dailySpend: z
      .strictObject({
        amount,
        currency: z
          .string()
          .regex(policyBounds.currency)
          .meta({ description: 'ISO 4217.', examples: ['USD'] }),
      })
      .describe('What messages may cost a day (UTC); nothing is sent beyond it.'),
    estimatedPrice: z
      .strictObject({ sms: amount, voice: amount, email: amount })
      .describe('Counted for each message until its provider names a price in the currency of `dailySpend`.'),
    resendWaitsSeconds: z
      .array(z.int().min(1).max(policyBounds.longestWaitSeconds))
      .min(1)
      .max(policyBounds.mostWaits)
      .describe('Before the first, second, … resend; the last one for all that follow.'),
    returnUrl: z
      .string()
      .max(2_000)
      .refine(isReturnUrl, { error: 'must be an https URL' })
      .optional()
      .meta({
        description:
          'Where a redeemed login link sends the browser, with `authentication` and `code` in its query. https, or http on this machine.',
        examples: ['https://shop.example/login/continue'],
      }),
    origin: z
      .string()
      .regex(policyBounds.host)
      .optional()
      .meta({
        description: 'Host that codes by SMS are bound to, so that a phone fills them in on its pages alone.',
        examples: ['shop.example'],
      }),
  })
  .meta({ id: 'DeliveryPolicy' });

export const deliveryPolicyExample = {
  ...defaultDeliveryPolicy,
  countries: ['DE', 'AT', 'CH'],
  returnUrl: 'https://shop.example/login/continue',
  origin: 'shop.example',
};
