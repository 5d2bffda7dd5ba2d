import { z } from 'zod';
import { tenantNameShape } from '../../persistence/tenant-repository';
import { apiKeyExample, apiKeyView } from './api-keys';
import { instantField, tenantIdField } from './fields';

export const tenantNameField = z
  .string()
  .regex(tenantNameShape)
  .meta({
    description:
      'Name of the tenant, unique in the deployment: 1 to 63 small letters, digits and inner hyphens. It is `tenant` and, unless another is asked for, `aud` of every assertion.',
    examples: ['shop'],
  });

const shown = {
  id: tenantIdField,
  name: z.string(),
  createdAt: instantField,
  disabledAt: instantField.optional().describe('Since then every key of the tenant is refused.'),
};

export const tenantView = z.strictObject(shown).meta({ id: 'Tenant' });

export const newTenantView = z.strictObject({ ...shown, apiKey: apiKeyView }).meta({ id: 'NewTenant' });

export const tenantExample = {
  id: 'ten_aZ8kQ2mC5vX1nB7w',
  name: 'shop',
  createdAt: '2026-11-24T10:15:00.000Z',
};

export const newTenantExample = {
  ...tenantExample,
  apiKey: { ...apiKeyExample, name: 'first key', key: 'mfk_…' },
};
