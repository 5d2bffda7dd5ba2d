import { openApiDocument } from '../openapi';
import type { PublicRoute, Route } from '../route';
import { apiKeyRoutes } from './api-keys';
import { authenticationRoutes } from './authentications';
import { contactRoutes } from './contacts';
import { deliveryRoutes } from './deliveries';
import { deliveryPolicyRoutes } from './delivery-policy';
import { epochRoutes } from './epochs';
import { erasureRoutes } from './erasures';
import { eventRoutes } from './events';
import { eventTransmitterRoutes } from './event-transmitters';
import { eventTypeRoutes } from './event-types';
import { factorRoutes } from './factors';
import { importRoutes } from './imports';
import { lockRoutes } from './locks';
import { messageTemplateRoutes } from './message-templates';
import { providerRoutes } from './providers';
import { publicRoutes } from './public';
import { securityEventRoutes } from './security-events';
import { sessionRoutes } from './sessions';
import { tenantRoutes } from './tenants';
import { ticketRoutes } from './tickets';
import { timelineRoutes } from './timeline';
import { userExportRoutes } from './user-export';
import { userRoutes } from './users';

/** By issuer, which is one a process: making the description takes a while, and anybody may ask for it. */
const documents = new Map<string, object>();

function documentFor(issuer: string): object {
  const made = documents.get(issuer) ?? openApiDocument(routes, issuer);
  documents.set(issuer, made);
  return made;
}

const description: PublicRoute = {
  access: 'public',
  method: 'get',
  path: '/openapi.json',
  operationId: 'getDescription',
  tag: 'Service',
  summary: 'This description',
  description: 'OpenAPI 3.1, made from what the routes check requests by.',
  responses: { 200: { description: 'The description.' } },
  handle: (parts) =>
    Promise.resolve({
      status: 200,
      body: documentFor(parts.config.issuer),
      headers: { 'Cache-Control': 'public, max-age=300' },
    }),
};

/** Every route that the router knows. */
export const routes: readonly Route[] = [
  ...userRoutes,
  ...contactRoutes,
  ...lockRoutes,
  ...erasureRoutes,
  ...timelineRoutes,
  ...userExportRoutes,
  ...factorRoutes,
  ...authenticationRoutes,
  ...sessionRoutes,
  ...ticketRoutes,
  ...deliveryRoutes,
  ...deliveryPolicyRoutes,
  ...providerRoutes,
  ...messageTemplateRoutes,
  ...importRoutes,
  ...epochRoutes,
  ...eventRoutes,
  ...eventTypeRoutes,
  ...eventTransmitterRoutes,
  ...securityEventRoutes,
  ...apiKeyRoutes,
  ...tenantRoutes,
  ...publicRoutes,
  description,
];
