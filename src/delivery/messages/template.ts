import type { Channel } from '../provider';
import type { MessageName } from './message';

/** One message in one language, with slots. */
export interface MessageTemplate {
  /** E-mail only. */
  readonly subject?: string;
  /** SMS, what is spoken, or the plain part of an e-mail. */
  readonly text: string;
  /** E-mail only: what stands in the body of the document. */
  readonly html?: string;
}

/** A tenant's own words. */
export interface StoredTemplate extends MessageTemplate {
  /** BCP 47. */
  readonly locale: string;
}

/** What of a tenant decides how a message reads. */
export interface TenantWording {
  /** For users of whom no language is known. */
  readonly defaultLocale?: string;
  /** Every locale of the message that the tenant has words of its own for. */
  readonly own: readonly StoredTemplate[];
}

/** Where a tenant's own templates are found. */
export interface TemplateSource {
  find(tenantId: string, name: MessageName, channel: Channel): Promise<TenantWording>;
}
