import type { Pool } from 'pg';
import type { Registry } from 'prom-client';
import type { RenderRequest } from '../../delivery/messages/render';
import type { RenderedMessage } from '../../delivery/messages/render-template';
import type { Provider } from '../../delivery/provider';
import type { DataKeys } from '../../security/data-keys';

/** What delivering needs from the composition root. */
export interface DeliveryDependencies {
  readonly pool: Pool;
  readonly dataKeys: DataKeys;
  /** In the order of preference for each channel. */
  readonly providers: readonly Provider[];
  readonly render: (request: RenderRequest) => Promise<RenderedMessage>;
  /** Keyed hash under the deployment's pepper: derives codes, and names addresses in the allowances. */
  readonly hash: (value: string) => string;
  /** Keys the tokens of one-time links. */
  readonly ticketKey: Buffer;
  /** Where links and callbacks lead: the public URL of the API, without a slash at its end. */
  readonly publicUrl: string;
  /** Where the process counts; nobody is told without it. */
  readonly registry?: Registry;
}

/** Delivers what the ledger holds, as the lifecycle asks for it. */
export interface DeliveryActivities {
  /**
   * Hands over what is still to be sent of one delivery.
   *
   * @returns the status that it ended this attempt with; `absent` for one that is not this user's.
   * @throws a retryable `ApplicationFailure` of type `delivery_waiting` that says when to try again.
   */
  readonly deliver: (
    subject: { tenantId: string; userId: string },
    deliveryId: string,
  ) => Promise<{ status: string }>;
}
