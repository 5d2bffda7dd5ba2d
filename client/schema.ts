// Generated from the description of the API by `npm run client`. Do not edit.

export interface paths {
  '/v1/users': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List users, or find them by an address
     * @description Without `email` and `phone`: every user, in the order of their ids, page by page: pass `next` as `cursor` until there is none. With one of them: the users who have exactly this address, see `POST /v1/user-searches`, which answers the same and keeps the address out of the logs of proxies.
     */
    get: operations['listUsers'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/user-searches': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Find users by an e-mail address or a phone number
     * @description Exactly: by the whole address, in whichever way it is written. Users share addresses, so there may be several; `matched` says by which contact each was found, and whether it is verified: anybody’s address can stand unverified at a user. Every look-up is in the audit trail, found or not, without the address. The order of the users means nothing; pass `next` as `cursor` until there is none.
     */
    post: operations['searchUsers'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a user
     * @description With the answer to “must I challenge this user, and with what?”: `challenge` says whether a login that begins now could be answered, by which factors in which order, and what stands in its way. It is what an ordinary login would be asked; a condition of the flow that looks at the assurance, the address or the session of one request may decide otherwise for that request.
     */
    get: operations['getUser'];
    /**
     * Make a user known, or change what is known
     * @description Idempotent by itself: of a user that is there already only what is sent is changed. `groups` and `preferredOrder` replace what was there, `null` takes `locale` or `defaultFactor` away; `contacts` are added where the user has them not, and none is taken away.
     */
    put: operations['putUser'];
    post?: never;
    /**
     * Erase a user
     * @description From this answer on nobody finds the user: every route answers `not_found`, sessions and open authentications are refused, and the id is free for a new user, who has nothing in common with this one. Rows, data key and Temporal histories are then erased in the background, which takes a minute or so; `Location` names the erasure, whose certificate says what was erased. Sent again it answers with the same erasure. It takes every factor away, so a key without the scope `operate` needs `MFAFlow-Step-Up`. A reason is not kept, for it may say who the user was. It cannot be undone.
     */
    delete: operations['eraseUser'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/contacts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the contacts of a user
     * @description The oldest first, 20 at most. Addresses are shown in full to keys with the scope `manage-users` or `audit`; with `authenticate` or `operate` alone they are masked.
     */
    get: operations['listContacts'];
    put?: never;
    /**
     * Add an e-mail address or a phone number
     * @description An address that the user has already is answered as it is, and is not verified by being sent again. One that came of a factor goes with the factor unless it is added here. What normalises alike is one address: upper and lower case, full-width letters, a domain in Unicode or in punycode. Dots and `+` tags matter, and letters of other scripts are other letters. Several users may have the same address. A user has 20 contacts at most.
     */
    post: operations['addContact'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/contacts/{contactId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Remove a contact
     * @description From this answer on the user is not found by the address.
     */
    delete: operations['removeContact'];
    options?: never;
    head?: never;
    /**
     * Say whether an address is verified
     * @description One verified earlier keeps its instant. The address itself never changes: add the new one.
     */
    patch: operations['changeContact'];
    trace?: never;
  };
  '/v1/users/{userId}/lock': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Lock a user
     * @description Until an operator unlocks: right codes and wrong ones are refused alike. Sessions live on; revoke them as well if they should not.
     */
    post: operations['lockUser'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/unlock': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Unlock a user
     * @description Opens the door now. The count of failures stays, so the next wrong code may lock again, unless `resetFailures` is true.
     */
    post: operations['unlockUser'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/erasures/{erasureId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read an erasure
     * @description With its certificate, once it is done. It holds no personal data and is kept.
     */
    get: operations['getErasure'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/erasures': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List erasures
     * @description Newest first, page by page: pass `next` as `cursor` until there is none. Keep the list apart from the databases: a restore of older ones is told by it whom to erase again.
     */
    get: operations['listErasures'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/timeline': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read what happened to a user
     * @description The audit trail of the user, newest first. Personal data is opened for keys with the scope `audit` alone.
     */
    get: operations['getTimeline'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Export everything about a user
     * @description One JSON document for the person who asks what is held about them (GDPR Art. 15, 20): profile, contacts in clear, factors without their secrets, sessions, authentications, events and the whole timeline. Addresses and agents are opened for keys with the scope `audit` alone; `complete` says whether they are in it. It is streamed: an answer that breaks off is no valid JSON and is asked for again. Each export is an entry of the timeline.
     */
    get: operations['exportUser'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/factors': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the factors of a user
     * @description Confirmed ones and those that wait for it, oldest first.
     */
    get: operations['listFactors'];
    put?: never;
    /**
     * Enrol a factor
     * @description The factor counts nothing until it is confirmed, within ten minutes. Needs `MFAFlow-Step-Up` with an assertion of the user that is at most five minutes old, or `MFAFlow-Reason` and a key with the scope `operate`, unless the user has no factor yet. Recovery codes need another factor beside them. A kind whose codes travel is sent its first one at once: `challenge` says how it fares. A `temporary-pass` is issued by an operator alone, counts at once and ends by itself.
     */
    post: operations['enrolFactor'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/factors/{factorId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a factor
     * @description Never with its secret.
     */
    get: operations['getFactor'];
    put?: never;
    post?: never;
    /**
     * Remove a factor
     * @description Needs `MFAFlow-Step-Up` with an assertion of the user that is at most five minutes old, or `MFAFlow-Reason` and a key with the scope `operate`. A pending factor needs neither.
     */
    delete: operations['removeFactor'];
    options?: never;
    head?: never;
    /**
     * Rename a factor
     * @description The name is for people; nothing is decided by it.
     */
    patch: operations['renameFactor'];
    trace?: never;
  };
  '/v1/users/{userId}/factors/{factorId}/confirm': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Confirm a factor by its first code
     * @description From then on it counts, and a factor that it replaces is gone. A wrong code is a 200 with `reason: wrong_code` and counts as a failure of the user.
     */
    post: operations['confirmFactor'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/factors/{factorId}/resend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send another code to confirm a factor
     * @description Of a pending factor whose codes travel. Replaces the code: the one before is wrong from then on. Possible from `challenge.resendAt` on, which moves further away each time, and five times at most. Failures that were counted stay counted.
     */
    post: operations['resendConfirmationCode'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/authentications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Authenticate a user
     * @description Begins a login or a step-up by the flow of the tenant. With `response`, a code that the user has given already is evaluated in the same call. Where the first factor on offer, or the default of the user, is one whose codes travel, a code is sent: the answer comes at once, with `challenge.delivery: delivering`, and `GET …?wait=` tells how the code fares. A wrong code is a 200 with `status: pending` and `reason: wrong_code`: a fact, not an error of yours.
     */
    post: operations['authenticate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/authentications/{authenticationId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read an authentication, or wait for its end
     * @description With `wait`, answers as soon as the authentication has ended, at the latest after so many seconds; while a code is `delivering`, also as soon as it is not any more. Assertion and session token are there within their two minutes.
     */
    get: operations['getAuthentication'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/authentications/{authenticationId}/challenge': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Choose which factor is answered
     * @description One of `options`. A factor whose codes travel is sent one; chosen again before `resendAt`, it is not sent a second one.
     */
    post: operations['chooseFactor'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/authentications/{authenticationId}/resend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send another code
     * @description Replaces the code: the one before is wrong from then on. Possible from `challenge.resendAt` on, which moves further away each time, and five times at most. Failures that were counted stay counted.
     */
    post: operations['resendCode'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/authentications/{authenticationId}/answer': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Answer with a code
     * @description Evaluates a code. A wrong one is a 200 with `status: pending`, `reason: wrong_code` and when the next is evaluated. Send the same Idempotency-Key again when an answer was lost: the code is not spent twice. With `Prefer: respond-async` the code is taken and evaluated after the answer, which is a 202: read the authentication at `Location` to see the outcome, a wrong code and the time until the next one included. The same request with the same Idempotency-Key and without `Prefer` tells what was decided, or why it was refused. Sixty a minute of one user are taken; an answer on which no decision can be had for a minute is dropped.
     */
    post: operations['answer'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sessions/introspect': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Ask whether a session lives
     * @description Looked up each time: what was revoked a moment ago, by itself or by an epoch, is inactive. A token that was refreshed lives for ten more seconds, for requests under way.
     */
    post: operations['introspectSession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sessions/refresh': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Exchange a session token for the next one
     * @description Moves the idle end of the session. The token before gets the same answer for ten seconds, and a retry with the same Idempotency-Key for longer, so that a lost answer loses no session. An older token means that a copy is about: the session is revoked (RFC 9700 §4.14.2).
     */
    post: operations['refreshSession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/sessions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the sessions of a user
     * @description The newest hundred, ended ones included as long as they are kept.
     */
    get: operations['listSessions'];
    put?: never;
    post?: never;
    /**
     * Revoke every session of a user
     * @description Log out everywhere.
     */
    delete: operations['revokeSessions'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sessions/{sessionId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Revoke a session
     * @description For a logout, or for a session that should not be. From then on its tokens are inactive.
     */
    delete: operations['revokeSession'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/tickets': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make a one-time link
     * @description Its page says what will happen and has one button: opening the link does nothing, pressing the button works once. `confirm-address` marks a contact of the user as verified. Nobody can make the link again from what is stored, so send the request again under the same Idempotency-Key when its answer was lost. With `send` the message counts among those that a user may be sent in ten minutes.
     */
    post: operations['createTicket'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tickets/{ticketId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read what became of a one-time link
     * @description Its state alone: the link is in no answer but the one that made it.
     */
    get: operations['getTicket'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{userId}/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what was sent to a user
     * @description The ledger, newest first: every delivery with every send, what its provider said of it, and whether the code was used. Addresses are masked, and shown to keys with the scope `audit` alone; what a message said is never shown.
     */
    get: operations['listDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/deliveries/{deliveryId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read one delivery
     * @description By its id in the timeline and in events. Addresses are masked, and shown to keys with the scope `audit` alone; what a message said is never shown.
     */
    get: operations['getDelivery'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/delivery-policy': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read how messages may travel
     * @description Limits against fraud are on from the start; what was never set has its default.
     */
    get: operations['getDeliveryPolicy'];
    /**
     * Set how messages may travel
     * @description The whole policy. It holds for what is sent from then on; the audit trail says what was changed, from what to what.
     */
    put: operations['putDeliveryPolicy'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/providers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * See how the providers of messages do
     * @description Those of the deployment, in the order in which they are preferred, and what was learned of each from what was sent. Nobody has to act on it: messages move away from one that fails, try it now and then, and return.
     */
    get: operations['listProviders'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/message-templates': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the words that users are written to with
     * @description Without the words themselves: the tenant's own, and the shipped ones where there are none of its own.
     */
    get: operations['listMessageTemplates'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/message-templates/{name}/{channel}/{locale}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the words of one message
     * @description In exactly this locale. A user without words in the own locale gets those of the language, of the tenant, or English.
     */
    get: operations['getMessageTemplate'];
    /**
     * Word a message yourself
     * @description Holds for what is rendered from then on. Slots and sections are all there is to the language; what could not be sent safely is refused, with the place. See docs/messages.md.
     */
    put: operations['putMessageTemplate'];
    post?: never;
    /**
     * Take the tenant's own words away
     * @description From then on the shipped ones are sent, or those of the next locale.
     */
    delete: operations['removeMessageTemplate'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/message-templates/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * See a message as it would be sent
     * @description With example facts of the shape that real ones have: given words, or without any those that a user of the locale gets. Nothing is stored or sent.
     */
    post: operations['previewMessage'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/message-locale': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Choose the language of users of whom none is known
     * @description And of those whose language there are no words in. `null`: English.
     */
    put: operations['setMessageLocale'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/imports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Import users with the factors that another system enrolled
     * @description At most 1,000 users and 2 MB a call. Each user is written wholly or not at all, and answered for one by one, in the order sent. What was imported before is left as it is, so an import that broke off is simply sent again. Imported factors count at once.
     */
    post: operations['importUsers'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/epochs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what was raised
     * @description Each subject with its newest value, newest first, page by page: pass `next` as `cursor` until there is none.
     */
    get: operations['listEpochs'];
    put?: never;
    /**
     * Refuse everything issued so far
     * @description Of the tenant, a group, a user or a kind (session, assertion, authentication, totp, recovery-code, sms, voice, email, temporary-pass): sessions, assertions and open authentications from before are refused from this answer on, however many there are.
     */
    post: operations['raiseEpoch'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what happened
     * @description What mfaflow announced and what other systems sent, newest first, page by page: pass `next` as `cursor` until there is none.
     */
    get: operations['listEvents'];
    put?: never;
    /**
     * Say what happened elsewhere
     * @description CloudEvents 1.0 over HTTP: one event (`application/cloudevents+json`), a batch of up to 100 (`application/cloudevents-batch+json`) that is taken whole or not at all, or binary mode. The same `source` and `id` sent again is the same event. An event whose type means revocation takes back everything issued to its user before, from this answer on. See docs/events.md.
     */
    post: operations['sendEvents'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/event-types': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the types of event
     * @description The catalogue of mfaflow, then the tenant's own.
     */
    get: operations['listEventTypes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/event-types/{type}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a type of event
     * @description What it means, the schema of its data, and an example.
     */
    get: operations['getEventType'];
    /**
     * Write a type of event of the tenant's own
     * @description Events of it are taken from then on. Its name is of small letters, digits and hyphens in two or more parts with dots between, and does not begin with a group of the catalogue. Its version goes up when its subject or schema become others; a tenant has 100 at most.
     */
    put: operations['putEventType'];
    post?: never;
    /**
     * Remove a type of event of the tenant's own
     * @description Events of it are refused from then on; those that are there stay as long as events are kept.
     */
    delete: operations['removeEventType'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/event-transmitters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List who may send security events
     * @description All of the tenant, by name, with their public keys.
     */
    get: operations['listEventTransmitters'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/event-transmitters/{transmitterId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read who may send security events
     * @description With the public keys by which its tokens are verified.
     */
    get: operations['getEventTransmitter'];
    /**
     * Let a transmitter send security events
     * @description An identity provider, for example. Its tokens are taken by this issuer, audience and these keys from then on, and by no others. Fifty a tenant at most.
     */
    put: operations['putEventTransmitter'];
    post?: never;
    /**
     * Let a transmitter send no more security events
     * @description Its tokens are refused from then on. What it has said stays said.
     */
    delete: operations['removeEventTransmitter'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/security-events/{transmitterId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Push a security event token
     * @description Where an identity provider pushes what happened to accounts (RFC 8417, RFC 8935): the types of OpenID CAEP and RISC. The token is verified by the issuer, the audience and the keys of the transmitter. Pushed again it is taken again and does nothing; of a user whom the tenant does not have, the answer is the same. A refusal has `err` and `description` of RFC 8935 §2.4.
     */
    post: operations['pushSecurityEvent'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/api-keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the API keys
     * @description Revoked ones too, newest first, page by page: pass `next` as `cursor` until there is none. `lastUsedAt` says which keys are still in use.
     */
    get: operations['listApiKeys'];
    put?: never;
    /**
     * Make an API key
     * @description A key can be given the scopes of the key that makes it and no others. `authenticate`: Log users in: authentications, sessions, reading users and their factors. `manage-users`: Create, import and export users, read and change their contacts, find them by address; enrol, rename and remove their factors. `operate`: Act for the operator: lock, unlock, revoke, raise epochs, change factors with a reason, find users by address. `audit`: Read the timeline, the events and all exports with the personal data in them, and every e-mail address and phone number. `admin`: Manage API keys, own types of event, the words of messages, and how they may travel. `events`: Say what happened elsewhere. Some events take back everything that was issued to their user. `security-events`: Hand over security event tokens, which count by the signature of their transmitter.
     */
    post: operations['createApiKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/api-keys/{keyId}/rotations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Put a new key in place of one
     * @description The new key has the name, the scopes and the end of the old one, which stays good for `overlapSeconds` at most: move every client to the new key, see by `lastUsedAt` that the old one rests, and revoke it or let it expire. A key can be rotated by a key that has its scopes, itself included; each once. With an overlap of 0 the old key is refused from the next request on, and a key that rotated itself so cannot repeat the request.
     */
    post: operations['rotateApiKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/api-keys/{keyId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Revoke an API key
     * @description It is refused from the next request on, itself included. A key that came in its place by a rotation stays good.
     */
    delete: operations['revokeApiKey'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tenants': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the tenants
     * @description In the order of their names, page by page: pass `next` as `cursor` until there is none. For keys with the scope `manage-tenants`, which only the `mfaflow` command grants; such a key reaches nothing else of another tenant.
     */
    get: operations['listTenants'];
    put?: never;
    /**
     * Make a tenant and its first key
     * @description The key has every scope that a tenant's key can have. For keys with the scope `manage-tenants`, which only the `mfaflow` command grants; such a key reaches nothing else of another tenant.
     */
    post: operations['createTenant'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tenants/{tenantId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a tenant
     * @description For keys with the scope `manage-tenants`, which only the `mfaflow` command grants; such a key reaches nothing else of another tenant.
     */
    get: operations['getTenant'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Rename, disable or enable a tenant
     * @description A disabled tenant's keys are refused from the next request on, and nothing of it is deleted. A new name is in every assertion from then on: whoever verifies `tenant` or `aud` has to expect it. A key cannot disable its own tenant. For keys with the scope `manage-tenants`, which only the `mfaflow` command grants; such a key reaches nothing else of another tenant.
     */
    patch: operations['changeTenant'];
    trace?: never;
  };
  '/': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Where to go from here
     * @description Links to what anybody may read.
     */
    get: operations['getLinks'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/healthz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Is this process alive
     * @description Says nothing of what the process needs; a process that answers need not be started again.
     */
    get: operations['getHealth'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Can a login work now
     * @description Looks, within two seconds, at Postgres, Temporal, a worker that was seen in the last 15 seconds, and whether the clocks of this process and of the workers are within two seconds of that of Postgres.
     */
    get: operations['getReadiness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/.well-known/jwks.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Keys that sign assertions
     * @description JWK set (RFC 7517). A key is published at least an hour before it signs. Take the key by `kid`, and fetch the set again when you do not know one.
     */
    get: operations['getKeySet'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * This description
     * @description OpenAPI 3.1, made from what the routes check requests by.
     */
    get: operations['getDescription'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    UserPage: {
      users: components['schemas']['User'][];
      /** @description Cursor of the next page, or null. */
      next: string | null;
    };
    User: {
      /**
       * @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly.
       * @example alice
       */
      id: string;
      groups: string[];
      /**
       * @description `waiting`: after wrong codes, answers are not evaluated until `waitUntil`. `locked`: nothing is, until `lockedUntil` or an operator.
       * @enum {string}
       */
      status: 'active' | 'waiting' | 'locked';
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      waitUntil?: string;
      /**
       * Format: date-time
       * @description Absent for a lock that only an operator lifts.
       * @example 2026-11-24T10:15:00.000Z
       */
      lockedUntil?: string;
      lockReason?: string;
      /** @description Wrong codes since the last right one. */
      failures: number;
      factors: {
        id: string;
        kind: string;
        /** @enum {string} */
        status: 'pending' | 'active';
      }[];
      /** @description BCP 47. */
      locale?: string;
      /** @description Id of the factor that is asked for first. */
      defaultFactor?: string;
      /** @description Kinds of factor, the most wanted first. */
      preferredOrder: string[];
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      createdAt: string;
      /** @description In the answer about one user. */
      challenge?: components['schemas']['ChallengeOutlook'];
      /** @description In the answer of a look-up: the contact that has the address. */
      matched?: {
        contactId: string;
        verified: boolean;
      };
      /** @description The lifecycle in the Temporal UI; only for a key with the scope `operate` or `audit`. */
      workflowId?: string;
    };
    ChallengeOutlook: {
      possible: boolean;
      /** @description Why not: `locked`, `waiting`, `enrolment_required`, or the reason that a denial would give, such as `no_factor`. */
      reason?: string;
      /** @description Those that would do, in the order in which they are offered. */
      factors: {
        id: string;
        kind: string;
      }[];
      /** @description Their kinds, each once. */
      kinds: string[];
      /** @description The default factor of the user, when it would do: it is asked for unless another is chosen. */
      default?: string;
    };
    UserSearch: {
      /** @description An e-mail address, compared exactly but for upper and lower case and for how the domain is written. In a URL a `+` is `%2B`. */
      email?: string;
      /** @description A phone number in its international form (E.164). In a URL the `+` is `%2B`. */
      phone?: string;
      /** @description `next` of the page before. */
      cursor?: string;
      /**
       * @description Users of a page at most.
       * @default 50
       */
      limit?: number;
    };
    UserInput: {
      /** @description Labels on the user; conditions of flows and epochs can name them. */
      groups?: string[];
      locale?: string | null;
      defaultFactor?: string | null;
      /**
       * @description Kinds of factor in the order in which they are offered; those not named come after. It outranks the order of the flow.
       * @example [
       *       "totp",
       *       "recovery-code"
       *     ]
       */
      preferredOrder?: ('totp' | 'recovery-code' | 'sms' | 'voice' | 'email' | 'temporary-pass')[];
      contacts?: {
        /**
         * @description Kind of address.
         * @example email
         * @enum {string}
         */
        kind: 'email' | 'phone';
        /**
         * @description An e-mail address, or a phone number in its international form. What stands before the @ is kept as it is typed, the domain in its ASCII form, a phone number as E.164.
         * @example alice@example.com
         */
        address: string;
        /**
         * @description Whether your application has made sure that the address is the user’s.
         * @default false
         */
        verified?: boolean;
      }[];
    };
    ContactList: {
      contacts: components['schemas']['Contact'][];
    };
    Contact: {
      /**
       * @description Id of the contact, as mfaflow gave it.
       * @example con_4GzXq0bS7kT2mN9c
       */
      id: string;
      /** @enum {string} */
      kind: 'email' | 'phone';
      address: string;
      /** @description Whether only parts of the address are shown, because of the scopes of the key. */
      masked: boolean;
      verified: boolean;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      verifiedAt?: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      createdAt: string;
    };
    ContactChange: {
      /** @description Whether your application has made sure that the address is the user’s. */
      verified: boolean;
    };
    LockRequest: {
      /**
       * @description Why, for the audit trail.
       * @example reported by phone, identity checked
       */
      reason: string;
    };
    UnlockRequest: {
      /**
       * @description Why, for the audit trail.
       * @example reported by phone, identity checked
       */
      reason: string;
      resetFailures?: boolean;
    };
    Erasure: {
      /**
       * @description Id of the erasure, as mfaflow gave it.
       * @example era_4GzXq0bS7kT2mN9c
       */
      id: string;
      /**
       * @description Nobody finds the user from the start on, whatever it says.
       * @enum {string}
       */
      status: 'running' | 'done';
      /** @description The random id by which the audit trail goes on to name the user. Your own id is not kept. */
      internalUserId: string;
      /** @description Id of the API key. */
      requestedBy: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      requestedAt: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      doneAt?: string;
      /** @description Once it is done: what was erased, and what remains. */
      certificate?: components['schemas']['ErasureCertificate'];
    };
    ErasureCertificate: {
      /** @description By table of the main database. */
      rowsDeleted: {
        [key: string]: number;
      };
      /** @description By table: rows that stay without what was personal in them. */
      rowsStripped: {
        [key: string]: number;
      };
      /** @description Ids of the data keys that were destroyed. */
      keysDestroyed: string[];
      /** @description Runs of the workflow that the Temporal server does not have any more, by their ids. */
      runsGone: string[];
      /** @description Runs that the server still had an hour later. What is in them was sealed under the destroyed key. */
      runsLeft: string[];
      remains: {
        what: string;
        why: string;
      }[];
    };
    ErasurePage: {
      erasures: components['schemas']['Erasure'][];
      /** @description Cursor of the next page, or null. */
      next: string | null;
    };
    Timeline: {
      entries: components['schemas']['TimelineEntry'][];
      /** @description Cursor of the next page, or null. */
      next: string | null;
    };
    TimelineEntry: {
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      at: string;
      action: string;
      outcome: string;
      /** @description Id of the API key that asked for it, or the part of mfaflow that did it. */
      actor: string;
      detail: {
        [key: string]: unknown;
      };
      /** @description Address and agent of the end user; only for a key with the scope `audit`. */
      personal?: {
        [key: string]: unknown;
      };
    };
    UserExport: {
      /** @constant */
      format: 'mfaflow-user-export/1';
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      exportedAt: string;
      /** @description False when addresses and agents are left out, because the key has not the scope `audit`. */
      complete: boolean;
      /** @description What mfaflow holds and does not give out, and why. */
      notIncluded: string[];
      user: {
        /**
         * @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly.
         * @example alice
         */
        id: string;
        /** @description Random; names the user in workflow ids and in logs. */
        internalId: string;
        groups: string[];
        locale?: string;
        defaultFactor?: string;
        preferredOrder: string[];
        /** @description Wrong codes since the last right one. */
        failures: number;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        waitUntil?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        lockedUntil?: string;
        lockedByOperator: boolean;
        lockReason?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        createdAt: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        lastCommandAt?: string;
      };
      contacts: {
        id: string;
        /** @enum {string} */
        kind: 'email' | 'phone';
        address: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        verifiedAt?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        createdAt: string;
      }[];
      factors: {
        id: string;
        kind: string;
        name?: string;
        status: string;
        replaces?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        createdAt: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        confirmBy?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        confirmedAt?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        lastUsedAt?: string;
      }[];
      sessions: {
        id: string;
        authenticationId: string;
        acr: string;
        amr: string[];
        /** @description What the session stands on, step-ups within it included. */
        proofs: {
          factorId: string;
          kind: string;
          /**
           * Format: date-time
           * @description Instant (RFC 3339, UTC).
           * @example 2026-11-24T10:15:00.000Z
           */
          at: string;
        }[];
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        authTime: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        issuedAt: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        refreshedAt?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        expiresAt: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        absoluteUntil: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        revokedAt?: string;
        revokedReason?: string;
        /** @description Address and agent of the end user; only for a key with the scope `audit`. */
        context?: {
          [key: string]: unknown;
        };
      }[];
      authentications: {
        id: string;
        purpose: string;
        status: string;
        reason?: string;
        proofs: {
          factorId: string;
          kind: string;
          /**
           * Format: date-time
           * @description Instant (RFC 3339, UTC).
           * @example 2026-11-24T10:15:00.000Z
           */
          at: string;
        }[];
        /** @description What your application asked for: assurance, audience, nonce and such. */
        request: {
          [key: string]: unknown;
        };
        sessionId?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        createdAt: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        expiresAt: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        endedAt?: string;
        /** @description Address and agent of the end user; only for a key with the scope `audit`. */
        context?: {
          [key: string]: unknown;
        };
      }[];
      /** @description What was sent to the user, as long as it is kept; never what a message said. */
      deliveries: {
        id: string;
        purpose: string;
        template: string;
        channel?: string;
        address?: string;
        country?: string;
        status: string;
        reason?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        createdAt: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        endedAt?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        codeUsedAt?: string;
      }[];
      /** @description When everything issued to the user was refused, and why. */
      epochs: {
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        raisedAt: string;
        reason: string;
      }[];
      /** @description As long as they are kept; with `source` and `occurredAt` where another system sent it. */
      events: {
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        at: string;
        type: string;
        data: {
          [key: string]: unknown;
        };
        source?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        occurredAt?: string;
      }[];
      /** @description The whole audit trail of the user, the oldest entry first. */
      timeline: {
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        at: string;
        action: string;
        outcome: string;
        actor: string;
        detail: {
          [key: string]: unknown;
        };
        /** @description Address and agent of the end user; only for a key with the scope `audit`. */
        personal?: {
          [key: string]: unknown;
        };
      }[];
    };
    FactorList: {
      factors: components['schemas']['Factor'][];
    };
    Factor: {
      /**
       * @description Id of the factor, as mfaflow gave it.
       * @example fac_4GzXq0bS7kT2mN9c
       */
      id: string;
      kind: string;
      /**
       * @description `pending` factors count nothing until they are confirmed.
       * @enum {string}
       */
      status: 'pending' | 'active' | 'removed';
      name?: string;
      /** @description The factor that goes when this one is confirmed. */
      replaces?: string;
      /** @description Codes that are left, of a kind that has a number of them. */
      codesLeft?: number;
      /**
       * @description The user said that it was not them: it proves nothing. Remove or replace it.
       * @constant
       */
      frozen?: true;
      /** @description Of a pending factor whose codes travel: how the newest one fares. */
      challenge?: {
        /**
         * @description Of a code that travels. `delivering` until a provider has taken it, `sent` when one has, `delivered` when the provider says so; `failed`: offer the user another option, or a resend; `held`: not sent, because the user was sent too many.
         * @enum {string}
         */
        delivery?: 'delivering' | 'sent' | 'delivered' | 'failed' | 'held';
        /** @description Why a delivery has failed, such as `address_rejected`. */
        reason?: string;
        /**
         * Format: date-time
         * @description From when on another code can be asked for.
         * @example 2026-11-24T10:15:00.000Z
         */
        resendAt?: string;
      };
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      createdAt?: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      confirmBy?: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      confirmedAt?: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      lastUsedAt?: string;
      /**
       * Format: date-time
       * @description When it ends by itself.
       * @example 2026-11-24T10:15:00.000Z
       */
      expiresAt?: string;
      enrolment?: components['schemas']['Enrolment'];
    };
    /** @description Secret, and shown for the enrolling user alone: in the answer to the enrolment and in retries of it, for ten minutes and until it is confirmed. */
    Enrolment: {
      /** @description For authenticator apps (Key Uri Format). */
      otpauthUri?: string;
      /** @description Base32, for typing in by hand. */
      secret?: string;
      /** @description The URI as a QR code: an SVG image. */
      qrSvg?: string;
      /** @description Recovery codes, each good once. */
      codes?: string[];
      /** @description A temporary pass. */
      code?: string;
    };
    EnrolmentRequest: {
      /**
       * @description Kind of factor.
       * @example totp
       * @enum {string}
       */
      kind: 'totp' | 'recovery-code' | 'sms' | 'voice' | 'email' | 'temporary-pass';
      /**
       * @description A name for people, without control characters.
       * @example Phone
       */
      name?: string;
      /** @description What the kind lets you choose. `totp`: `algorithm` SHA1, SHA256 or SHA512; `digits` 6 or 8; `period` 30 or 60; the defaults work with every app. `sms`, `voice`: `phone`, with its country code. `email`: `address`; `variant` code or link. `temporary-pass`: `minutes` 10 to 43200; `once`. */
      config?: {
        [key: string]: string | number | boolean;
      };
      /**
       * @description A factor of the same kind that goes when the new one is confirmed.
       * @example fac_4GzXq0bS7kT2mN9c
       */
      replaces?: string;
    };
    FactorName: {
      /**
       * @description A name for people, without control characters.
       * @example Phone
       */
      name: string;
    };
    ConfirmationRequest: {
      /**
       * @description The code as the user typed it: 1 to 64 printable ASCII characters. Blanks and hyphens between its parts do no harm.
       * @example 492039
       */
      code: string;
    };
    Confirmation: {
      /**
       * @description Id of the factor, as mfaflow gave it.
       * @example fac_4GzXq0bS7kT2mN9c
       */
      id: string;
      kind: string;
      /** @enum {string} */
      status: 'pending' | 'active';
      /** @description `wrong_code`: still pending. */
      reason?: string;
      /** @description Seconds until the next code is evaluated. */
      retryAfter?: number;
      /** @description Kinds worth enrolling now. */
      offer?: string[];
      /** @description A confirmation proves the factor: good as `MFAFlow-Step-Up`, for recovery codes say. */
      assertion?: string;
    };
    AuthenticationRequest: {
      /**
       * @description A login leaves a session; a step-up proves the user again and leaves none.
       * @default login
       * @enum {string}
       */
      purpose?: 'login' | 'step-up';
      /**
       * @description The least assurance (NIST SP 800-63B-4); aal1 by default.
       * @enum {string}
       */
      acr?: 'aal1' | 'aal2';
      /** @description Seconds. Proofs of `session` that are older are asked for again. */
      maxAge?: number;
      /**
       * @description `aud` of the assertion; the name of the tenant by default.
       * @example https://app.example
       */
      audience?: string;
      /**
       * @description `nonce` of the assertion, to be compared by you.
       * @example n-0S6_WzA2Mj
       */
      nonce?: string;
      /**
       * @description You have checked a password: it counts as knowledge beside a factor.
       * @constant
       */
      primary?: 'pwd';
      /**
       * @description Token of the session that is stepped up.
       * @example mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl
       */
      session?: string;
      /** @description Where the end user is. Limits count by the address; it is kept sealed under the key of the user. */
      context?: {
        /**
         * @description The end user's IP address, as your application sees it.
         * @example 203.0.113.7
         */
        ip?: string;
        userAgent?: string;
        /**
         * @description Taken and not used yet: what a trusted device was given.
         * @example dev_Zk3nB8vC1xQ5wE7r
         */
        deviceToken?: string;
      };
      /** @description A code that the user has given already: with it a login is this one call. */
      response?: {
        /**
         * @description Id of the factor, as mfaflow gave it.
         * @example fac_4GzXq0bS7kT2mN9c
         */
        factorId?: string;
        /**
         * @description Kind of factor.
         * @example totp
         * @enum {string}
         */
        kind?: 'totp' | 'recovery-code' | 'sms' | 'voice' | 'email' | 'temporary-pass';
        /**
         * @description The code as the user typed it: 1 to 64 printable ASCII characters. Blanks and hyphens between its parts do no harm.
         * @example 492039
         */
        code: string;
      };
    };
    Authentication: {
      /**
       * @description Id of the authentication, as mfaflow gave it.
       * @example aut_4GzXq0bS7kT2mN9c
       */
      id: string;
      /**
       * @description Let the user in on `approved`, and on nothing else.
       * @enum {string}
       */
      status: 'pending' | 'approved' | 'denied';
      /** @description `wrong_code` while pending; when denied, such as `no_factor`, `acr_unreachable`, `locked`, `expired`, `revoked`. */
      reason?: string;
      /** @description What may be done next while pending. */
      options: (
        | {
            /** @constant */
            action: 'answer';
            factorId: string;
            kind: string;
            name?: string;
          }
        | {
            /** @constant */
            action: 'enrol';
            kinds: string[];
          }
      )[];
      /** @description What is to be answered. */
      challenge?: {
        factorId: string;
        kind: string;
        /**
         * @description Of a code that travels. `delivering` until a provider has taken it, `sent` when one has, `delivered` when the provider says so; `failed`: offer the user another option, or a resend; `held`: not sent, because the user was sent too many.
         * @enum {string}
         */
        delivery?: 'delivering' | 'sent' | 'delivered' | 'failed' | 'held';
        /** @description Why a delivery has failed, such as `address_rejected`. */
        reason?: string;
        /**
         * Format: date-time
         * @description From when on another code can be asked for.
         * @example 2026-11-24T10:15:00.000Z
         */
        resendAt?: string;
      };
      /** @description Seconds until the next code is evaluated. */
      retryAfter?: number;
      /**
       * Format: date-time
       * @description When a pending authentication ends.
       * @example 2026-11-24T10:15:00.000Z
       */
      expiresAt?: string;
      recoveryCodesLeft?: number;
      /** @description JWT (EdDSA, key set at /.well-known/jwks.json), good for two minutes. Retries get the same one within them and none after. */
      assertion?: string;
      /** @description Of a login. The token is as secret as a password; it comes with the assertion and not after. */
      session?: {
        id: string;
        token?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        expiresAt: string;
      };
    };
    ChallengeRequest: {
      /**
       * @description Id of the factor, as mfaflow gave it.
       * @example fac_4GzXq0bS7kT2mN9c
       */
      factorId: string;
    };
    Answer: {
      /**
       * @description Id of the factor, as mfaflow gave it.
       * @example fac_4GzXq0bS7kT2mN9c
       */
      factorId?: string;
      /**
       * @description The code as the user typed it: 1 to 64 printable ASCII characters. Blanks and hyphens between its parts do no harm.
       * @example 492039
       */
      code: string;
      /** @description Where the end user is. Limits count by the address; it is kept sealed under the key of the user. */
      context?: {
        /**
         * @description The end user's IP address, as your application sees it.
         * @example 203.0.113.7
         */
        ip?: string;
        userAgent?: string;
        /**
         * @description Taken and not used yet: what a trusted device was given.
         * @example dev_Zk3nB8vC1xQ5wE7r
         */
        deviceToken?: string;
      };
    };
    SessionToken: {
      /**
       * @description The session token.
       * @example mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl
       */
      token: string;
    };
    /** @description Whether the session lives at this moment (after RFC 7662). Nothing is said of one that does not. */
    Introspection:
      | {
          /** @constant */
          active: false;
        }
      | {
          /** @constant */
          active: true;
          /**
           * @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly.
           * @example alice
           */
          sub: string;
          sessionId: string;
          acr: string;
          amr: string[];
          /**
           * Format: date-time
           * @description Instant (RFC 3339, UTC).
           * @example 2026-11-24T10:15:00.000Z
           */
          authTime: string;
          /**
           * Format: date-time
           * @description Instant (RFC 3339, UTC).
           * @example 2026-11-24T10:15:00.000Z
           */
          expiresAt: string;
        };
    RefreshedSession:
      | {
          /** @constant */
          active: false;
        }
      | {
          /** @constant */
          active: true;
          /**
           * @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly.
           * @example alice
           */
          sub: string;
          sessionId: string;
          token: string;
          /**
           * Format: date-time
           * @description Instant (RFC 3339, UTC).
           * @example 2026-11-24T10:15:00.000Z
           */
          expiresAt: string;
        };
    SessionList: {
      sessions: components['schemas']['Session'][];
    };
    Session: {
      id: string;
      active: boolean;
      acr: string;
      amr: string[];
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      authTime: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      issuedAt: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      refreshedAt?: string;
      /**
       * Format: date-time
       * @description When it ends without a refresh.
       * @example 2026-11-24T10:15:00.000Z
       */
      expiresAt: string;
      /**
       * Format: date-time
       * @description When it ends in any case.
       * @example 2026-11-24T10:15:00.000Z
       */
      absoluteUntil: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      revokedAt?: string;
      revokedReason?: string;
    };
    TicketRequest: {
      /**
       * @description What the link does once its button is pressed.
       * @example confirm-address
       * @constant
       */
      purpose: 'confirm-address';
      /**
       * @description Id of the contact, as mfaflow gave it.
       * @example con_4GzXq0bS7kT2mN9c
       */
      contactId: string;
      /**
       * @description Minutes that the link is good for: up to a week for an e-mail address, 10 at most for a phone number.
       * @default 10
       * @example 60
       */
      minutes?: number;
      /**
       * @description Whether mfaflow sends the link to the address. Else your application does.
       * @default false
       */
      send?: boolean;
    };
    CreatedTicket: {
      /**
       * @description Id of the ticket, as mfaflow gave it.
       * @example tic_4GzXq0bS7kT2mN9c
       */
      id: string;
      /**
       * Format: uri
       * @description The link. Whoever has it can use it; absent when it was used since this request was first sent.
       */
      url?: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      expiresAt: string;
      /** @description Of the message, when mfaflow sends the link. */
      deliveryId?: string;
    };
    Ticket: {
      /**
       * @description Id of the ticket, as mfaflow gave it.
       * @example tic_4GzXq0bS7kT2mN9c
       */
      id: string;
      /**
       * @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly.
       * @example alice
       */
      userId: string;
      /** @enum {string} */
      purpose: 'confirm-address' | 'login' | 'not-me';
      /**
       * @description `refused`: an epoch was raised since it was made.
       * @enum {string}
       */
      status: 'open' | 'redeemed' | 'expired' | 'refused';
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      expiresAt: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      redeemedAt?: string;
    };
    Deliveries: {
      deliveries: components['schemas']['Delivery'][];
      /** @description Cursor of the next page, or null. */
      next: string | null;
    };
    Delivery: {
      id: string;
      /** @enum {string} */
      purpose: 'challenge' | 'notice' | 'ticket';
      template: string;
      /**
       * @description Absent of a notice as a whole.
       * @enum {string}
       */
      channel?: 'sms' | 'voice' | 'email';
      /** @description Masked, and only for a key with the scope `audit`. */
      address?: string;
      country?: string;
      challengeId?: string;
      /** @description The notice that this one is a part of. */
      noticeId?: string;
      /** @enum {string} */
      status:
        | 'queued'
        | 'expanded'
        | 'accepted'
        | 'sent'
        | 'delivered'
        | 'undelivered'
        | 'refused'
        | 'failed'
        | 'cancelled'
        | 'expired';
      reason?: string;
      /** @description Of one send at least it is not known whether it was taken. */
      uncertain: boolean;
      /** @description Its code was used. */
      converted: boolean;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      endedAt?: string;
      /** @description Oldest first. */
      sends: components['schemas']['Send'][];
    };
    Send: {
      id: string;
      provider: string;
      /**
       * @description `uncertain`: handed over, and whether the provider took it is not known.
       * @enum {string}
       */
      status:
        | 'submitting'
        | 'accepted'
        | 'sent'
        | 'delivered'
        | 'undelivered'
        | 'rejected'
        | 'failed'
        | 'uncertain';
      /** @description What the provider said of it. */
      code?: string;
      price?: {
        amount: string;
        currency: string;
      };
      /** @description Its code was used. */
      converted: boolean;
      /** @description Oldest first. */
      history: {
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        at: string;
        status: string;
        code?: string;
      }[];
    };
    DeliveryPolicy: {
      /** @description Countries (ISO 3166-1 alpha-2) whose numbers are sent to; null for all, an empty list for none. */
      countries: string[] | null;
      /** @description Codes and links that one user is sent in ten minutes. */
      perUserPer10Minutes: number;
      perAddressPerHour: number;
      perAddressPerDay: number;
      /** @description To numbers that share country code and the next four digits: ranges rented for fraud do. */
      perPrefixPerHour: number;
      perCountryPerDay: number;
      /** @description Of every kind, notices included. */
      perTenantPerDay: number;
      /** @description What messages may cost a day (UTC); nothing is sent beyond it. */
      dailySpend: {
        /**
         * @description Decimal, such as `0.05`.
         * @example 0.05
         */
        amount: string;
        /**
         * @description ISO 4217.
         * @example USD
         */
        currency: string;
      };
      /** @description Counted for each message until its provider names a price in the currency of `dailySpend`. */
      estimatedPrice: {
        /**
         * @description Decimal, such as `0.05`.
         * @example 0.05
         */
        sms: string;
        /**
         * @description Decimal, such as `0.05`.
         * @example 0.05
         */
        voice: string;
        /**
         * @description Decimal, such as `0.05`.
         * @example 0.05
         */
        email: string;
      };
      /** @description Before the first, second, … resend; the last one for all that follow. */
      resendWaitsSeconds: number[];
      /**
       * @description Where a redeemed login link sends the browser, with `authentication` and `code` in its query. https, or http on this machine.
       * @example https://shop.example/login/continue
       */
      returnUrl?: string;
      /**
       * @description Host that codes by SMS are bound to, so that a phone fills them in on its pages alone.
       * @example shop.example
       */
      origin?: string;
    };
    Providers: {
      providers: components['schemas']['Provider'][];
    };
    Provider: {
      name: string;
      label: string;
      channels: ('sms' | 'voice' | 'email')[];
      /** @description The same key handed over twice is one message. */
      honoursIdempotencyKey: boolean;
      /** @description False of one that messages went by and that is not set up any more. */
      configured: boolean;
      /** @description What was learned, by channel and country. */
      places: {
        /** @enum {string} */
        channel: 'sms' | 'voice' | 'email';
        /** @description ISO 3166-1 alpha-2; `*` for every country, `-` for e-mail. */
        country: string;
        /**
         * @description `failing`: messages go another way where there is one; `probing`: single ones try whether it works again.
         * @enum {string}
         */
        state: 'healthy' | 'failing' | 'probing';
        /** @description `failures`, or `conversion`: codes do not come back. */
        reason?: string;
        /**
         * Format: date-time
         * @description Instant (RFC 3339, UTC).
         * @example 2026-11-24T10:15:00.000Z
         */
        since?: string;
        /**
         * Format: date-time
         * @description When the next message may try.
         * @example 2026-11-24T10:15:00.000Z
         */
        probeAt?: string;
        /** @description Of the last five minutes. */
        sends: number;
        /** @description 0 to 1; absent while nothing was sent. */
        successRate?: number;
        /** @description Of the last half hour, those that had two minutes to come back. */
        codes: number;
        conversionRate?: number;
      }[];
    };
    MessageTemplateList: {
      /** @description For users of whom no language is known; null: English. */
      defaultLocale: string | null;
      templates: components['schemas']['MessageTemplatePlace'][];
    };
    MessageTemplatePlace: {
      /**
       * @description What the user is told.
       * @example code
       * @enum {string}
       */
      name:
        | 'code'
        | 'login-link'
        | 'confirm-address'
        | 'factor-enrolled'
        | 'factor-replaced'
        | 'factor-removed'
        | 'pass-issued';
      /**
       * @description By what it travels. A link is not read out.
       * @example email
       * @enum {string}
       */
      channel: 'sms' | 'voice' | 'email';
      /** @description BCP 47. */
      locale: string;
      /**
       * @description Whether the words are the tenant's own.
       * @enum {string}
       */
      source: 'own' | 'shipped';
      /** @description Of own words, to be sent with a change of them. */
      version?: number;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      updatedAt?: string;
    };
    MessageTemplate: {
      /**
       * @description What the user is told.
       * @example code
       * @enum {string}
       */
      name:
        | 'code'
        | 'login-link'
        | 'confirm-address'
        | 'factor-enrolled'
        | 'factor-replaced'
        | 'factor-removed'
        | 'pass-issued';
      /**
       * @description By what it travels. A link is not read out.
       * @example email
       * @enum {string}
       */
      channel: 'sms' | 'voice' | 'email';
      /** @description BCP 47. */
      locale: string;
      /**
       * @description Whether the words are the tenant's own.
       * @enum {string}
       */
      source: 'own' | 'shipped';
      /** @description Of own words, to be sent with a change of them. */
      version?: number;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      updatedAt?: string;
      subject?: string;
      text: string;
      html?: string;
      /** @description What the template has to show, and what else it can. */
      slots: {
        obligatory: string[];
        optional: string[];
      };
    };
    MessageTemplateRequest: {
      /** @description E-mail only: one line, without code and links. */
      subject?: string;
      /** @description SMS, what is spoken, or the plain part of an e-mail. `{{slot}}` and `{{#slot}}…{{/slot}}`. */
      text: string;
      /** @description E-mail only: the body of the document, of plain elements and the links of the message. */
      html?: string;
      /** @description The version that this takes the place of; left out when the tenant has none of its own yet. */
      version?: number;
    };
    MessagePreviewRequest: {
      /**
       * @description What the user is told.
       * @example code
       * @enum {string}
       */
      name:
        | 'code'
        | 'login-link'
        | 'confirm-address'
        | 'factor-enrolled'
        | 'factor-replaced'
        | 'factor-removed'
        | 'pass-issued';
      /**
       * @description By what it travels. A link is not read out.
       * @example email
       * @enum {string}
       */
      channel: 'sms' | 'voice' | 'email';
      /** @description Language tag (BCP 47). */
      locale: string;
      template?: components['schemas']['MessageWords'];
    };
    MessageWords: {
      /** @description E-mail only: one line, without code and links. */
      subject?: string;
      /** @description SMS, what is spoken, or the plain part of an e-mail. `{{slot}}` and `{{#slot}}…{{/slot}}`. */
      text: string;
      /** @description E-mail only: the body of the document, of plain elements and the links of the message. */
      html?: string;
    };
    MessagePreview: {
      /** @description Of the words that a user of the asked locale gets, narrowed to the user. */
      locale: string;
      /** @enum {string} */
      source: 'given' | 'own' | 'shipped';
      subject?: string;
      text: string;
      /** @description The whole document. */
      html?: string;
      sms?: {
        /** @enum {string} */
        encoding: 'GSM-7' | 'UCS-2';
        /** @description Septets, or UTF-16 code units. */
        units: number;
        /** @description What is sent and paid for. */
        segments: number;
      };
    };
    MessageLocaleRequest: {
      locale: string | null;
    };
    MessageLocale: {
      defaultLocale: string | null;
    };
    ImportRequest: {
      users: {
        /**
         * @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly.
         * @example alice
         */
        id: string;
        /** @description Labels on the user; conditions of flows and epochs can name them. */
        groups?: string[];
        factors: {
          /**
           * @description Kind of factor.
           * @example totp
           * @enum {string}
           */
          kind: 'totp' | 'recovery-code' | 'sms' | 'voice' | 'email' | 'temporary-pass';
          /**
           * @description A name for people, without control characters.
           * @example Phone
           */
          name?: string;
          /** @description Base32 (RFC 4648 §6), at least 128 bits; case, spaces and padding do not matter. */
          secret: string;
          /** @default 6 */
          digits?: 6 | 8;
          /**
           * @default SHA1
           * @enum {string}
           */
          algorithm?: 'SHA1' | 'SHA256' | 'SHA512';
          /** @default 30 */
          period?: 30 | 60;
        }[];
      }[];
    };
    ImportResult: {
      users: {
        /**
         * @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly.
         * @example alice
         */
        id: string;
        /** @enum {string} */
        result: 'created' | 'updated' | 'exists' | 'refused';
        /** @description Why refused: a code of the list of errors. */
        code?: string;
        detail?: string;
      }[];
    };
    EpochRequest:
      | {
          /** @constant */
          scope: 'tenant';
          /**
           * @description Why, for the audit trail.
           * @example reported by phone, identity checked
           */
          reason: string;
        }
      | {
          /** @constant */
          scope: 'group';
          /**
           * @description A label on users.
           * @example finance
           */
          subject: string;
          /**
           * @description Why, for the audit trail.
           * @example reported by phone, identity checked
           */
          reason: string;
        }
      | {
          /** @constant */
          scope: 'user';
          /**
           * @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly.
           * @example alice
           */
          subject: string;
          /**
           * @description Why, for the audit trail.
           * @example reported by phone, identity checked
           */
          reason: string;
        }
      | {
          /** @constant */
          scope: 'kind';
          /** @enum {string} */
          subject:
            | 'session'
            | 'assertion'
            | 'authentication'
            | 'totp'
            | 'recovery-code'
            | 'sms'
            | 'voice'
            | 'email'
            | 'temporary-pass';
          /**
           * @description Why, for the audit trail.
           * @example reported by phone, identity checked
           */
          reason: string;
        };
    Epoch: {
      /** @enum {string} */
      scope: 'tenant' | 'group' | 'user' | 'kind';
      subject?: string;
      /** @description Greater than every value raised before in the tenant. */
      value: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      raisedAt: string;
      reason: string;
    };
    EpochPage: {
      epochs: components['schemas']['Epoch'][];
      /** @description Cursor of the next page, or null. */
      next: string | null;
    };
    CloudEvent: {
      /** @constant */
      specversion: '1.0';
      /**
       * @description What the sender knows the event by: unique within its `source`.
       * @example a1f0
       */
      id: string;
      /**
       * @description Who sends it, as a URI reference.
       * @example https://idp.example/breaches
       */
      source: string;
      /**
       * @description Name of a type of event.
       * @example credential.compromised
       */
      type: string;
      /**
       * @description Your own id of the user. Left out for an event that is about none.
       * @example alice
       */
      subject?: string;
      /**
       * Format: date-time
       * @description When it happened (RFC 3339): at most five minutes ahead, and not older than events are kept.
       */
      time: string;
      /** @description JSON and nothing else. */
      datacontenttype?: string;
      /**
       * @description A URI. Not looked at: the type says the schema.
       * @example https://idp.example/s
       */
      dataschema?: string;
      /** @description Follows the schema of the type; at most 16 KiB. */
      data?: {
        [key: string]: unknown;
      };
    } & {
      [key: string]: unknown;
    };
    AcceptedEvents: {
      events: {
        /**
         * @description Id of the event, as mfaflow gave it.
         * @example evt_4711
         */
        id: string;
        /** @description Whether it was there already, so that nothing was done. */
        duplicate: boolean;
      }[];
    };
    EventPage: {
      events: components['schemas']['Event'][];
      /** @description Cursor of the next page, or null. */
      next: string | null;
    };
    Event: {
      /**
       * @description Id of the event, as mfaflow gave it.
       * @example evt_4711
       */
      id: string;
      type: string;
      /** @description Of the type. */
      version: number;
      /** @description Your own id of the user whom it is about, unless the user was erased. */
      subject?: string;
      /** @description Who says it: the sender, or the address of this deployment. */
      source: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      time: string;
      data: {
        [key: string]: unknown;
      };
      /** @description Whether another system sent it. */
      outside: boolean;
    };
    EventTypeList: {
      types: components['schemas']['EventType'][];
    };
    EventType: {
      type: string;
      version: number;
      title: string;
      description: string;
      /**
       * @description Whether it names a user: always, never, or where there is one.
       * @enum {string}
       */
      subject: 'user' | 'tenant' | 'either';
      /**
       * @description Who may say so: mfaflow itself, other systems, or both.
       * @enum {string}
       */
      origin: 'inside' | 'outside' | 'both';
      /**
       * @description What an accepted one does: it takes back everything issued to its user before.
       * @enum {string}
       */
      meaning?: 'revocation';
      /** @description Whether it is a type of the tenant's own. */
      own: boolean;
      /** @description JSON Schema 2020-12 of `data`. */
      schema: {
        [key: string]: unknown;
      };
      example: {
        [key: string]: unknown;
      };
    };
    EventTypeRequest: {
      /**
       * @description A name for people, without control characters.
       * @example Phone
       */
      title: string;
      description: string;
      /**
       * @description Whether it names a user: always, never, or where there is one.
       * @enum {string}
       */
      subject: 'user' | 'tenant' | 'either';
      /** @description Of `data`: a subset of JSON Schema 2020-12, without `pattern`. What is not listed is refused. */
      schema: components['schemas']['EventDataSchema'];
      /** @description `data` as it may be; it follows the schema. */
      example: {
        [key: string]: unknown;
      };
    };
    __schema0: {
      [key: string]: components['schemas']['EventDataSchema'];
    };
    EventDataSchema: {
      /** @enum {string} */
      type: 'object' | 'array' | 'string' | 'integer' | 'boolean';
      title?: string;
      description?: string;
      enum?: (string | number)[];
      properties?: components['schemas']['__schema0'];
      required?: string[];
      items?: components['schemas']['EventDataSchema'];
      minItems?: number;
      maxItems?: number;
      uniqueItems?: boolean;
      minLength?: number;
      maxLength?: number;
      minimum?: number;
      maximum?: number;
    };
    EventTransmitterList: {
      transmitters: components['schemas']['EventTransmitter'][];
    };
    EventTransmitter: {
      /**
       * @description Your own name of the transmitter.
       * @example idp
       */
      id: string;
      /**
       * @description `iss` of its tokens.
       * @example https://idp.example
       */
      issuer: string;
      /**
       * @description What `aud` of its tokens must hold.
       * @example https://mfa.example
       */
      audience: string;
      /** @description Its public keys: RSA of 2048 bits and more, P-256, P-384 or Ed25519. Nothing is fetched; when its keys change, write it again. */
      jwks: {
        keys: {
          /** @enum {string} */
          kty: 'RSA' | 'EC' | 'OKP';
          /**
           * @description Which key; tokens name it.
           * @example key-1
           */
          kid?: string;
          /** @constant */
          use?: 'sig';
          key_ops?: 'verify'[];
          /** @enum {string} */
          alg?: 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA';
          /** @enum {string} */
          crv?: 'P-256' | 'P-384' | 'Ed25519';
          x?: string;
          y?: string;
          n?: string;
          e?: string;
          x5c?: string[];
          x5t?: string;
          'x5t#S256'?: string;
          /**
           * @description Not fetched.
           * @example https://idp.example/cert
           */
          x5u?: string;
        }[];
      };
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      createdAt: string;
    };
    EventTransmitterRequest: {
      /**
       * @description `iss` of its tokens.
       * @example https://idp.example
       */
      issuer: string;
      /**
       * @description What `aud` of its tokens must hold.
       * @example https://mfa.example
       */
      audience: string;
      /** @description Its public keys: RSA of 2048 bits and more, P-256, P-384 or Ed25519. Nothing is fetched; when its keys change, write it again. */
      jwks: {
        keys: {
          /** @enum {string} */
          kty: 'RSA' | 'EC' | 'OKP';
          /**
           * @description Which key; tokens name it.
           * @example key-1
           */
          kid?: string;
          /** @constant */
          use?: 'sig';
          key_ops?: 'verify'[];
          /** @enum {string} */
          alg?: 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA';
          /** @enum {string} */
          crv?: 'P-256' | 'P-384' | 'Ed25519';
          x?: string;
          y?: string;
          n?: string;
          e?: string;
          x5c?: string[];
          x5t?: string;
          'x5t#S256'?: string;
          /**
           * @description Not fetched.
           * @example https://idp.example/cert
           */
          x5u?: string;
        }[];
      };
    };
    ApiKeyRequest: {
      /**
       * @description A name for people, without control characters.
       * @example Phone
       */
      name: string;
      scopes: (
        'authenticate' | 'manage-users' | 'operate' | 'audit' | 'admin' | 'events' | 'security-events'
      )[];
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      expiresAt?: string;
    };
    ApiKey: {
      /**
       * @description Id of the API key, as mfaflow gave it.
       * @example key_4GzXq0bS7kT2mN9c
       */
      id: string;
      name: string;
      scopes: string[];
      /**
       * @description `rotated`: it has a successor, and is good until `expiresAt`.
       * @enum {string}
       */
      status: 'active' | 'rotated' | 'expired' | 'revoked';
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      expiresAt?: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      revokedAt?: string;
      /**
       * Format: date-time
       * @description To five minutes; absent for a key that was never used. Says whether the old key of a rotation can go.
       * @example 2026-11-24T10:15:00.000Z
       */
      lastUsedAt?: string;
      /**
       * @description The key in whose place this one came.
       * @example key_4GzXq0bS7kT2mN9c
       */
      rotatedFrom?: string;
      /**
       * @description The key that came in place of this one.
       * @example key_4GzXq0bS7kT2mN9c
       */
      rotatedTo?: string;
      /** @description The key itself: in the answer that makes it and its retries within ten minutes, never again. */
      key?: string;
    };
    ApiKeyPage: {
      apiKeys: components['schemas']['ApiKey'][];
      /** @description Cursor of the next page, or null. */
      next: string | null;
    };
    ApiKeyRotationRequest: {
      /**
       * @description Seconds that the old key stays good, 30 days at most.
       * @default 86400
       */
      overlapSeconds?: number;
    };
    ApiKeyRotation: {
      apiKey: components['schemas']['ApiKey'];
      previous: components['schemas']['ApiKey'];
    };
    TenantRequest: {
      /**
       * @description Name of the tenant, unique in the deployment: 1 to 63 small letters, digits and inner hyphens. It is `tenant` and, unless another is asked for, `aud` of every assertion.
       * @example shop
       */
      name: string;
    };
    NewTenant: {
      /**
       * @description Id of the tenant, as mfaflow gave it.
       * @example ten_4GzXq0bS7kT2mN9c
       */
      id: string;
      name: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Since then every key of the tenant is refused.
       * @example 2026-11-24T10:15:00.000Z
       */
      disabledAt?: string;
      apiKey: components['schemas']['ApiKey'];
    };
    TenantPage: {
      tenants: components['schemas']['Tenant'][];
      /** @description Cursor of the next page, or null. */
      next: string | null;
    };
    Tenant: {
      /**
       * @description Id of the tenant, as mfaflow gave it.
       * @example ten_4GzXq0bS7kT2mN9c
       */
      id: string;
      name: string;
      /**
       * Format: date-time
       * @description Instant (RFC 3339, UTC).
       * @example 2026-11-24T10:15:00.000Z
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Since then every key of the tenant is refused.
       * @example 2026-11-24T10:15:00.000Z
       */
      disabledAt?: string;
    };
    TenantChange: {
      /**
       * @description Name of the tenant, unique in the deployment: 1 to 63 small letters, digits and inner hyphens. It is `tenant` and, unless another is asked for, `aud` of every assertion.
       * @example shop
       */
      name?: string;
      disabled?: boolean;
    };
    Readiness: {
      /** @enum {string} */
      status: 'ready' | 'not_ready';
      checks: {
        postgres: boolean;
        temporal: boolean;
        worker: boolean;
        clock: boolean;
      };
    };
    KeySet: {
      keys: {
        [key: string]: unknown;
      }[];
    };
    /** @description Problem details (RFC 9457). Nothing in it repeats what was sent. */
    Problem: {
      /**
       * Format: uri
       * @example urn:mfaflow:error:invalid_request
       */
      type: string;
      title: string;
      status: number;
      /** @enum {string} */
      code:
        | 'invalid_request'
        | 'unauthenticated'
        | 'forbidden'
        | 'step_up_required'
        | 'step_up_stale'
        | 'not_found'
        | 'method_not_allowed'
        | 'not_acceptable_factor'
        | 'conflict'
        | 'factor_limit_reached'
        | 'contact_limit_reached'
        | 'factor_not_pending'
        | 'enrolment_expired'
        | 'authentication_closed'
        | 'idempotency_mismatch'
        | 'payload_too_large'
        | 'unsupported_media_type'
        | 'try_later'
        | 'rate_limited'
        | 'overloaded'
        | 'user_locked'
        | 'unavailable'
        | 'internal';
      detail?: string;
      /**
       * Format: uri
       * @description The request's id, for the log.
       */
      instance: string;
      /**
       * @description Of a security event token that is refused (RFC 8935 §2.4).
       * @enum {string}
       */
      err?:
        | 'invalid_request'
        | 'invalid_key'
        | 'invalid_issuer'
        | 'invalid_audience'
        | 'authentication_failed'
        | 'access_denied';
      /** @description Beside `err`: the same as `detail`. */
      description?: string;
      /** @description What is wrong where: a JSON pointer into the body, or one that starts with /path or /query. */
      errors?: {
        pointer: string;
        detail: string;
      }[];
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type UserPage = components['schemas']['UserPage'];
export type User = components['schemas']['User'];
export type ChallengeOutlook = components['schemas']['ChallengeOutlook'];
export type UserSearch = components['schemas']['UserSearch'];
export type UserInput = components['schemas']['UserInput'];
export type ContactList = components['schemas']['ContactList'];
export type Contact = components['schemas']['Contact'];
export type ContactChange = components['schemas']['ContactChange'];
export type LockRequest = components['schemas']['LockRequest'];
export type UnlockRequest = components['schemas']['UnlockRequest'];
export type Erasure = components['schemas']['Erasure'];
export type ErasureCertificate = components['schemas']['ErasureCertificate'];
export type ErasurePage = components['schemas']['ErasurePage'];
export type Timeline = components['schemas']['Timeline'];
export type TimelineEntry = components['schemas']['TimelineEntry'];
export type UserExport = components['schemas']['UserExport'];
export type FactorList = components['schemas']['FactorList'];
export type Factor = components['schemas']['Factor'];
export type Enrolment = components['schemas']['Enrolment'];
export type EnrolmentRequest = components['schemas']['EnrolmentRequest'];
export type FactorName = components['schemas']['FactorName'];
export type ConfirmationRequest = components['schemas']['ConfirmationRequest'];
export type Confirmation = components['schemas']['Confirmation'];
export type AuthenticationRequest = components['schemas']['AuthenticationRequest'];
export type Authentication = components['schemas']['Authentication'];
export type ChallengeRequest = components['schemas']['ChallengeRequest'];
export type Answer = components['schemas']['Answer'];
export type SessionToken = components['schemas']['SessionToken'];
export type Introspection = components['schemas']['Introspection'];
export type RefreshedSession = components['schemas']['RefreshedSession'];
export type SessionList = components['schemas']['SessionList'];
export type Session = components['schemas']['Session'];
export type TicketRequest = components['schemas']['TicketRequest'];
export type CreatedTicket = components['schemas']['CreatedTicket'];
export type Ticket = components['schemas']['Ticket'];
export type Deliveries = components['schemas']['Deliveries'];
export type Delivery = components['schemas']['Delivery'];
export type Send = components['schemas']['Send'];
export type DeliveryPolicy = components['schemas']['DeliveryPolicy'];
export type Providers = components['schemas']['Providers'];
export type Provider = components['schemas']['Provider'];
export type MessageTemplateList = components['schemas']['MessageTemplateList'];
export type MessageTemplatePlace = components['schemas']['MessageTemplatePlace'];
export type MessageTemplate = components['schemas']['MessageTemplate'];
export type MessageTemplateRequest = components['schemas']['MessageTemplateRequest'];
export type MessagePreviewRequest = components['schemas']['MessagePreviewRequest'];
export type MessageWords = components['schemas']['MessageWords'];
export type MessagePreview = components['schemas']['MessagePreview'];
export type MessageLocaleRequest = components['schemas']['MessageLocaleRequest'];
export type MessageLocale = components['schemas']['MessageLocale'];
export type ImportRequest = components['schemas']['ImportRequest'];
export type ImportResult = components['schemas']['ImportResult'];
export type EpochRequest = components['schemas']['EpochRequest'];
export type Epoch = components['schemas']['Epoch'];
export type EpochPage = components['schemas']['EpochPage'];
export type CloudEvent = components['schemas']['CloudEvent'];
export type AcceptedEvents = components['schemas']['AcceptedEvents'];
export type EventPage = components['schemas']['EventPage'];
export type Event = components['schemas']['Event'];
export type EventTypeList = components['schemas']['EventTypeList'];
export type EventType = components['schemas']['EventType'];
export type EventTypeRequest = components['schemas']['EventTypeRequest'];
export type Schema0 = components['schemas']['__schema0'];
export type EventDataSchema = components['schemas']['EventDataSchema'];
export type EventTransmitterList = components['schemas']['EventTransmitterList'];
export type EventTransmitter = components['schemas']['EventTransmitter'];
export type EventTransmitterRequest = components['schemas']['EventTransmitterRequest'];
export type ApiKeyRequest = components['schemas']['ApiKeyRequest'];
export type ApiKey = components['schemas']['ApiKey'];
export type ApiKeyPage = components['schemas']['ApiKeyPage'];
export type ApiKeyRotationRequest = components['schemas']['ApiKeyRotationRequest'];
export type ApiKeyRotation = components['schemas']['ApiKeyRotation'];
export type TenantRequest = components['schemas']['TenantRequest'];
export type NewTenant = components['schemas']['NewTenant'];
export type TenantPage = components['schemas']['TenantPage'];
export type Tenant = components['schemas']['Tenant'];
export type TenantChange = components['schemas']['TenantChange'];
export type Readiness = components['schemas']['Readiness'];
export type KeySet = components['schemas']['KeySet'];
export type Problem = components['schemas']['Problem'];
export type $defs = Record<string, never>;
export interface operations {
  listUsers: {
    parameters: {
      query?: {
        /** @description `next` of the page before. */
        cursor?: string;
        /** @description Entries of a page at most, 1 to 200. */
        limit?: string;
        /** @description An e-mail address, compared exactly but for upper and lower case and for how the domain is written. In a URL a `+` is `%2B`. */
        email?: string;
        /** @description A phone number in its international form (E.164). In a URL the `+` is `%2B`. */
        phone?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "users": [
           *         {
           *           "id": "alice",
           *           "groups": [
           *             "finance"
           *           ],
           *           "status": "active",
           *           "failures": 0,
           *           "factors": [
           *             {
           *               "id": "fac_4GzXq0bS7kT2mN9c",
           *               "kind": "totp",
           *               "status": "active"
           *             }
           *           ],
           *           "preferredOrder": [],
           *           "createdAt": "2026-11-24T10:15:00.000Z"
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['UserPage'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  searchUsers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "alice@example.com"
         *     }
         */
        'application/json': components['schemas']['UserSearch'];
      };
    };
    responses: {
      /** @description A page of those who have the address; it may be empty. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "users": [
           *         {
           *           "id": "alice",
           *           "groups": [
           *             "finance"
           *           ],
           *           "status": "active",
           *           "failures": 0,
           *           "factors": [
           *             {
           *               "id": "fac_4GzXq0bS7kT2mN9c",
           *               "kind": "totp",
           *               "status": "active"
           *             }
           *           ],
           *           "preferredOrder": [],
           *           "createdAt": "2026-11-24T10:15:00.000Z",
           *           "matched": {
           *             "contactId": "con_7Hq2Lw9Zc4Vb1Nx5",
           *             "verified": true
           *           }
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['UserPage'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The user. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "alice",
           *       "groups": [
           *         "finance"
           *       ],
           *       "status": "active",
           *       "failures": 0,
           *       "factors": [
           *         {
           *           "id": "fac_4GzXq0bS7kT2mN9c",
           *           "kind": "totp",
           *           "status": "active"
           *         }
           *       ],
           *       "preferredOrder": [],
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['User'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putUser: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "groups": [
         *         "finance"
         *       ],
         *       "locale": "de-CH",
         *       "preferredOrder": [
         *         "totp"
         *       ]
         *     }
         */
        'application/json': components['schemas']['UserInput'];
      };
    };
    responses: {
      /** @description The user was there. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "alice",
           *       "groups": [
           *         "finance"
           *       ],
           *       "status": "active",
           *       "failures": 0,
           *       "factors": [
           *         {
           *           "id": "fac_4GzXq0bS7kT2mN9c",
           *           "kind": "totp",
           *           "status": "active"
           *         }
           *       ],
           *       "preferredOrder": [],
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['User'];
        };
      };
      /** @description The user is made. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "alice",
           *       "groups": [
           *         "finance"
           *       ],
           *       "status": "active",
           *       "failures": 0,
           *       "factors": [],
           *       "preferredOrder": [],
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['User'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. `contact_limit_reached`: The user has as many contacts as allowed. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  eraseUser: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
        /** @description An assertion of this user, from a step-up or a login at most five minutes ago. */
        'MFAFlow-Step-Up'?: string;
        /** @description Why the operator does this, for the audit trail. Only for keys with the scope `operate`. */
        'MFAFlow-Reason'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Erased for everybody; the rest goes on. */
      202: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "era_4GzXq0bS7kT2mN9c",
           *       "status": "running",
           *       "internalUserId": "usr_8dKw2LrVx0QyB5nA",
           *       "requestedBy": "key_Xc5vB1nM8qW2eR4t",
           *       "requestedAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Erasure'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. `step_up_required`: This change needs a fresh step-up of the user. `step_up_stale`: The step-up is too old for this change. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `user_locked`: The user is locked. */
      423: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:user_locked",
           *       "title": "The user is locked",
           *       "status": 423,
           *       "code": "user_locked",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listContacts: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The contacts. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "contacts": [
           *         {
           *           "id": "con_7Hq2Lw9Zc4Vb1Nx5",
           *           "kind": "email",
           *           "address": "alice@example.com",
           *           "masked": false,
           *           "verified": true,
           *           "verifiedAt": "2026-11-24T10:15:00.000Z",
           *           "createdAt": "2026-11-24T10:15:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ContactList'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  addContact: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "kind": "email",
         *       "address": "alice@example.com",
         *       "verified": true
         *     }
         */
        'application/json': {
          /**
           * @description Kind of address.
           * @example email
           * @enum {string}
           */
          kind: 'email' | 'phone';
          /**
           * @description An e-mail address, or a phone number in its international form. What stands before the @ is kept as it is typed, the domain in its ASCII form, a phone number as E.164.
           * @example alice@example.com
           */
          address: string;
          /**
           * @description Whether your application has made sure that the address is the user’s.
           * @default false
           */
          verified?: boolean;
        };
      };
    };
    responses: {
      /** @description The user had the address. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "con_7Hq2Lw9Zc4Vb1Nx5",
           *       "kind": "email",
           *       "address": "alice@example.com",
           *       "masked": false,
           *       "verified": true,
           *       "verifiedAt": "2026-11-24T10:15:00.000Z",
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Contact'];
        };
      };
      /** @description Added. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "con_7Hq2Lw9Zc4Vb1Nx5",
           *       "kind": "email",
           *       "address": "alice@example.com",
           *       "masked": false,
           *       "verified": true,
           *       "verifiedAt": "2026-11-24T10:15:00.000Z",
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Contact'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `contact_limit_reached`: The user has as many contacts as allowed. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:contact_limit_reached",
           *       "title": "The user has as many contacts as allowed",
           *       "status": 409,
           *       "code": "contact_limit_reached",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  removeContact: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
        /** @description Id of the contact, as mfaflow gave it. */
        contactId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Removed. */
      204: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changeContact: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
        /** @description Id of the contact, as mfaflow gave it. */
        contactId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "verified": true
         *     }
         */
        'application/json': components['schemas']['ContactChange'];
      };
    };
    responses: {
      /** @description As it is now. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "con_7Hq2Lw9Zc4Vb1Nx5",
           *       "kind": "email",
           *       "address": "alice@example.com",
           *       "masked": false,
           *       "verified": true,
           *       "verifiedAt": "2026-11-24T10:15:00.000Z",
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Contact'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  lockUser: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "phone reported stolen"
         *     }
         */
        'application/json': components['schemas']['LockRequest'];
      };
    };
    responses: {
      /** @description Locked. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "alice",
           *       "groups": [
           *         "finance"
           *       ],
           *       "status": "locked",
           *       "failures": 0,
           *       "factors": [
           *         {
           *           "id": "fac_4GzXq0bS7kT2mN9c",
           *           "kind": "totp",
           *           "status": "active"
           *         }
           *       ],
           *       "preferredOrder": [],
           *       "createdAt": "2026-11-24T10:15:00.000Z",
           *       "lockReason": "phone reported stolen"
           *     }
           */
          'application/json': components['schemas']['User'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  unlockUser: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "identity checked by phone",
         *       "resetFailures": true
         *     }
         */
        'application/json': components['schemas']['UnlockRequest'];
      };
    };
    responses: {
      /** @description Unlocked. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "alice",
           *       "groups": [
           *         "finance"
           *       ],
           *       "status": "active",
           *       "failures": 0,
           *       "factors": [
           *         {
           *           "id": "fac_4GzXq0bS7kT2mN9c",
           *           "kind": "totp",
           *           "status": "active"
           *         }
           *       ],
           *       "preferredOrder": [],
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['User'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getErasure: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Id of the erasure, as mfaflow gave it. */
        erasureId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The erasure. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "era_4GzXq0bS7kT2mN9c",
           *       "status": "done",
           *       "internalUserId": "usr_8dKw2LrVx0QyB5nA",
           *       "requestedBy": "key_Xc5vB1nM8qW2eR4t",
           *       "requestedAt": "2026-11-24T10:15:00.000Z",
           *       "doneAt": "2026-11-24T10:16:10.000Z",
           *       "certificate": {
           *         "rowsDeleted": {
           *           "factors": 2,
           *           "sessions": 5,
           *           "users": 1
           *         },
           *         "rowsStripped": {
           *           "audit": 31
           *         },
           *         "keysDestroyed": [
           *           "x7Kp2Q"
           *         ],
           *         "runsGone": [
           *           "0b0c1a52-5f0e-4a55-9a0e-3a7d1b3f6c11"
           *         ],
           *         "runsLeft": [],
           *         "remains": [
           *           {
           *             "what": "Audit entries: time, action, outcome, API key and the internal id",
           *             "why": "They prove what was done, when and by whom; with the id of the user gone they name nobody."
           *           },
           *           {
           *             "what": "A keyed hash of the id of the user, with this erasure",
           *             "why": "Whoever asks for the erasure again is told of this one."
           *           },
           *           {
           *             "what": "Backups of the main database and of Temporal",
           *             "why": "What was sealed under the destroyed key stays closed; what stood in clear goes with the backup. A restore applies the erasure again."
           *           },
           *           {
           *             "what": "Backups of the keys database from before the erasure",
           *             "why": "They hold the wrapped key until they are deleted: keep them for as short a time as you can."
           *           }
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['Erasure'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listErasures: {
    parameters: {
      query?: {
        /** @description `next` of the page before. */
        cursor?: string;
        /** @description Entries of a page at most, 1 to 200. */
        limit?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "erasures": [
           *         {
           *           "id": "era_4GzXq0bS7kT2mN9c",
           *           "status": "done",
           *           "internalUserId": "usr_8dKw2LrVx0QyB5nA",
           *           "requestedBy": "key_Xc5vB1nM8qW2eR4t",
           *           "requestedAt": "2026-11-24T10:15:00.000Z",
           *           "doneAt": "2026-11-24T10:16:10.000Z",
           *           "certificate": {
           *             "rowsDeleted": {
           *               "factors": 2,
           *               "sessions": 5,
           *               "users": 1
           *             },
           *             "rowsStripped": {
           *               "audit": 31
           *             },
           *             "keysDestroyed": [
           *               "x7Kp2Q"
           *             ],
           *             "runsGone": [
           *               "0b0c1a52-5f0e-4a55-9a0e-3a7d1b3f6c11"
           *             ],
           *             "runsLeft": [],
           *             "remains": [
           *               {
           *                 "what": "Audit entries: time, action, outcome, API key and the internal id",
           *                 "why": "They prove what was done, when and by whom; with the id of the user gone they name nobody."
           *               },
           *               {
           *                 "what": "A keyed hash of the id of the user, with this erasure",
           *                 "why": "Whoever asks for the erasure again is told of this one."
           *               },
           *               {
           *                 "what": "Backups of the main database and of Temporal",
           *                 "why": "What was sealed under the destroyed key stays closed; what stood in clear goes with the backup. A restore applies the erasure again."
           *               },
           *               {
           *                 "what": "Backups of the keys database from before the erasure",
           *                 "why": "They hold the wrapped key until they are deleted: keep them for as short a time as you can."
           *               }
           *             ]
           *           }
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['ErasurePage'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getTimeline: {
    parameters: {
      query?: {
        /** @description `next` of the page before. */
        cursor?: string;
        /** @description Entries of a page at most, 1 to 200. */
        limit?: string;
      };
      header?: never;
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "entries": [
           *         {
           *           "at": "2026-11-24T10:15:00.000Z",
           *           "action": "authentication",
           *           "outcome": "approved",
           *           "actor": "key_Xc5vB1nM8qW2eR4t",
           *           "detail": {
           *             "authenticationId": "aut_8dKw2LrVx0QyB5nA",
           *             "purpose": "login",
           *             "kinds": [
           *               "totp"
           *             ]
           *           }
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['Timeline'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  exportUser: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The export. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "format": "mfaflow-user-export/1",
           *       "exportedAt": "2026-11-24T10:15:00.000Z",
           *       "complete": true,
           *       "notIncluded": [
           *         "Secrets of factors and hashes of recovery codes: who has them can log in as the user.",
           *         "Codes as they were typed: they are not kept.",
           *         "Answers to earlier requests, kept a day for their retries: they repeat what is listed here.",
           *         "What has meaning inside mfaflow alone: counters, versions, and ids of keys and runs.",
           *         "Temporal histories: they hold the commands that led to what is listed here, and end with their retention."
           *       ],
           *       "user": {
           *         "id": "alice",
           *         "internalId": "usr_8dKw2LrVx0QyB5nA",
           *         "groups": [
           *           "finance"
           *         ],
           *         "locale": "de-CH",
           *         "preferredOrder": [
           *           "totp"
           *         ],
           *         "failures": 0,
           *         "lockedByOperator": false,
           *         "createdAt": "2026-11-24T10:15:00.000Z"
           *       },
           *       "contacts": [
           *         {
           *           "id": "con_4GzXq0bS7kT2mN9c",
           *           "kind": "email",
           *           "address": "alice@example.com",
           *           "createdAt": "2026-11-24T10:15:00.000Z"
           *         }
           *       ],
           *       "factors": [
           *         {
           *           "id": "fac_4GzXq0bS7kT2mN9c",
           *           "kind": "totp",
           *           "status": "active",
           *           "createdAt": "2026-11-24T10:15:00.000Z"
           *         }
           *       ],
           *       "sessions": [],
           *       "authentications": [],
           *       "deliveries": [],
           *       "epochs": [],
           *       "events": [],
           *       "timeline": [
           *         {
           *           "at": "2026-11-24T10:15:00.000Z",
           *           "action": "authentication",
           *           "outcome": "approved",
           *           "actor": "key_Xc5vB1nM8qW2eR4t",
           *           "detail": {
           *             "authenticationId": "aut_8dKw2LrVx0QyB5nA",
           *             "purpose": "login"
           *           },
           *           "personal": {
           *             "ip": "203.0.113.7"
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['UserExport'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listFactors: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The factors. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "factors": [
           *         {
           *           "id": "fac_4GzXq0bS7kT2mN9c",
           *           "kind": "totp",
           *           "status": "active",
           *           "name": "Phone",
           *           "createdAt": "2026-11-24T10:15:00.000Z",
           *           "confirmedAt": "2026-11-24T10:16:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['FactorList'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  enrolFactor: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
        /** @description An assertion of this user, from a step-up or a login at most five minutes ago. */
        'MFAFlow-Step-Up'?: string;
        /** @description Why the operator does this, for the audit trail. Only for keys with the scope `operate`. */
        'MFAFlow-Reason'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "kind": "totp",
         *       "name": "Phone"
         *     }
         */
        'application/json': components['schemas']['EnrolmentRequest'];
      };
    };
    responses: {
      /** @description Pending, with what the user is to be shown; a temporary pass is active. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "fac_4GzXq0bS7kT2mN9c",
           *       "kind": "totp",
           *       "status": "pending",
           *       "name": "Phone",
           *       "createdAt": "2026-11-24T10:15:00.000Z",
           *       "confirmBy": "2026-11-24T10:25:00.000Z",
           *       "enrolment": {
           *         "otpauthUri": "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example",
           *         "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
           *         "qrSvg": "<svg …></svg>"
           *       }
           *     }
           */
          'application/json': components['schemas']['Factor'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. `step_up_required`: This change needs a fresh step-up of the user. `step_up_stale`: The step-up is too old for this change. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. `factor_limit_reached`: The user has as many factors of this kind as allowed. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `user_locked`: The user is locked. */
      423: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:user_locked",
           *       "title": "The user is locked",
           *       "status": 423,
           *       "code": "user_locked",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getFactor: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
        /** @description Id of the factor, as mfaflow gave it. */
        factorId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The factor. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "fac_4GzXq0bS7kT2mN9c",
           *       "kind": "totp",
           *       "status": "active",
           *       "name": "Phone",
           *       "createdAt": "2026-11-24T10:15:00.000Z",
           *       "confirmedAt": "2026-11-24T10:16:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Factor'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  removeFactor: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
        /** @description An assertion of this user, from a step-up or a login at most five minutes ago. */
        'MFAFlow-Step-Up'?: string;
        /** @description Why the operator does this, for the audit trail. Only for keys with the scope `operate`. */
        'MFAFlow-Reason'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
        /** @description Id of the factor, as mfaflow gave it. */
        factorId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Removed. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "fac_4GzXq0bS7kT2mN9c",
           *       "kind": "totp",
           *       "status": "removed"
           *     }
           */
          'application/json': components['schemas']['Factor'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. `step_up_required`: This change needs a fresh step-up of the user. `step_up_stale`: The step-up is too old for this change. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `user_locked`: The user is locked. */
      423: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:user_locked",
           *       "title": "The user is locked",
           *       "status": 423,
           *       "code": "user_locked",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  renameFactor: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
        /** @description Id of the factor, as mfaflow gave it. */
        factorId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Work phone"
         *     }
         */
        'application/json': components['schemas']['FactorName'];
      };
    };
    responses: {
      /** @description Renamed. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "fac_4GzXq0bS7kT2mN9c",
           *       "kind": "totp",
           *       "status": "active",
           *       "name": "Phone",
           *       "createdAt": "2026-11-24T10:15:00.000Z",
           *       "confirmedAt": "2026-11-24T10:16:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Factor'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  confirmFactor: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
        /** @description An assertion of this user, from a step-up or a login at most five minutes ago. */
        'MFAFlow-Step-Up'?: string;
        /** @description Why the operator does this, for the audit trail. Only for keys with the scope `operate`. */
        'MFAFlow-Reason'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
        /** @description Id of the factor, as mfaflow gave it. */
        factorId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "code": "492039"
         *     }
         */
        'application/json': components['schemas']['ConfirmationRequest'];
      };
    };
    responses: {
      /** @description Confirmed, or why not. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "fac_4GzXq0bS7kT2mN9c",
           *       "kind": "totp",
           *       "status": "active",
           *       "offer": [
           *         "recovery-code"
           *       ],
           *       "assertion": "eyJhbGciOi…"
           *     }
           */
          'application/json': components['schemas']['Confirmation'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. `step_up_required`: This change needs a fresh step-up of the user. `step_up_stale`: The step-up is too old for this change. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `factor_not_pending`: The factor does not wait for confirmation. `factor_limit_reached`: The user has as many factors of this kind as allowed. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:factor_not_pending",
           *       "title": "The factor does not wait for confirmation",
           *       "status": 409,
           *       "code": "factor_not_pending",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `enrolment_expired`: The enrolment was not confirmed in time. */
      410: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:enrolment_expired",
           *       "title": "The enrolment was not confirmed in time",
           *       "status": 410,
           *       "code": "enrolment_expired",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `user_locked`: The user is locked. */
      423: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:user_locked",
           *       "title": "The user is locked",
           *       "status": 423,
           *       "code": "user_locked",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. `try_later`: The user has to wait before the next attempt. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  resendConfirmationCode: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
        /** @description Id of the factor, as mfaflow gave it. */
        factorId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Pending, with how the code fares. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "fac_4GzXq0bS7kT2mN9c",
           *       "kind": "sms",
           *       "status": "pending",
           *       "name": "+•••18",
           *       "challenge": {
           *         "delivery": "delivering",
           *         "resendAt": "2026-11-24T10:15:30.000Z"
           *       }
           *     }
           */
          'application/json': components['schemas']['Factor'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. `factor_not_pending`: The factor does not wait for confirmation. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `enrolment_expired`: The enrolment was not confirmed in time. */
      410: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:enrolment_expired",
           *       "title": "The enrolment was not confirmed in time",
           *       "status": 410,
           *       "code": "enrolment_expired",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `user_locked`: The user is locked. */
      423: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:user_locked",
           *       "title": "The user is locked",
           *       "status": 423,
           *       "code": "user_locked",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. `try_later`: The user has to wait before the next attempt. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  authenticate: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "primary": "pwd",
         *       "response": {
         *         "kind": "totp",
         *         "code": "492039"
         *       },
         *       "context": {
         *         "ip": "203.0.113.7"
         *       }
         *     }
         */
        'application/json': components['schemas']['AuthenticationRequest'];
      };
    };
    responses: {
      /** @description How it stands. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "aut_8dKw2LrVx0QyB5nA",
           *       "status": "approved",
           *       "options": [],
           *       "assertion": "eyJhbGciOiJFZERTQSIsImtpZCI6Im…",
           *       "session": {
           *         "id": "ses_Tq7mWc3pZ1aR9xYv",
           *         "token": "mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl",
           *         "expiresAt": "2026-11-24T22:15:00.000Z"
           *       }
           *     }
           */
          'application/json': components['schemas']['Authentication'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. `not_acceptable_factor`: This factor is not among those offered. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `user_locked`: The user is locked. */
      423: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:user_locked",
           *       "title": "The user is locked",
           *       "status": 423,
           *       "code": "user_locked",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. `try_later`: The user has to wait before the next attempt. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getAuthentication: {
    parameters: {
      query?: {
        /** @description Seconds to wait at most, 0 to 25. */
        wait?: string;
      };
      header?: never;
      path: {
        /** @description Id of the authentication, as mfaflow gave it. */
        authenticationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How it stands. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "aut_8dKw2LrVx0QyB5nA",
           *       "status": "pending",
           *       "reason": "wrong_code",
           *       "options": [
           *         {
           *           "action": "answer",
           *           "factorId": "fac_4GzXq0bS7kT2mN9c",
           *           "kind": "totp",
           *           "name": "Phone"
           *         }
           *       ],
           *       "expiresAt": "2026-11-24T10:25:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Authentication'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  chooseFactor: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Id of the authentication, as mfaflow gave it. */
        authenticationId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "factorId": "fac_4GzXq0bS7kT2mN9c"
         *     }
         */
        'application/json': components['schemas']['ChallengeRequest'];
      };
    };
    responses: {
      /** @description How it stands. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "aut_8dKw2LrVx0QyB5nA",
           *       "status": "pending",
           *       "reason": "wrong_code",
           *       "options": [
           *         {
           *           "action": "answer",
           *           "factorId": "fac_4GzXq0bS7kT2mN9c",
           *           "kind": "totp",
           *           "name": "Phone"
           *         }
           *       ],
           *       "expiresAt": "2026-11-24T10:25:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Authentication'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `authentication_closed`: The authentication has ended. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:authentication_closed",
           *       "title": "The authentication has ended",
           *       "status": 409,
           *       "code": "authentication_closed",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. `not_acceptable_factor`: This factor is not among those offered. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `user_locked`: The user is locked. */
      423: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:user_locked",
           *       "title": "The user is locked",
           *       "status": 423,
           *       "code": "user_locked",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  resendCode: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Id of the authentication, as mfaflow gave it. */
        authenticationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How it stands. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "aut_8dKw2LrVx0QyB5nA",
           *       "status": "pending",
           *       "options": [
           *         {
           *           "action": "answer",
           *           "factorId": "fac_4GzXq0bS7kT2mN9c",
           *           "kind": "sms",
           *           "name": "+•••18"
           *         }
           *       ],
           *       "challenge": {
           *         "factorId": "fac_4GzXq0bS7kT2mN9c",
           *         "kind": "sms",
           *         "delivery": "delivering",
           *         "resendAt": "2026-11-24T10:15:30.000Z"
           *       },
           *       "expiresAt": "2026-11-24T10:25:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Authentication'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `authentication_closed`: The authentication has ended. `conflict`: The state does not allow this. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:authentication_closed",
           *       "title": "The authentication has ended",
           *       "status": 409,
           *       "code": "authentication_closed",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. `not_acceptable_factor`: This factor is not among those offered. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `user_locked`: The user is locked. */
      423: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:user_locked",
           *       "title": "The user is locked",
           *       "status": 423,
           *       "code": "user_locked",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. `try_later`: The user has to wait before the next attempt. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  answer: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
        /** @description `respond-async` (RFC 7240): do not wait for the decision. Any other preference is ignored. `Preference-Applied` says whether it was followed. */
        Prefer?: string;
      };
      path: {
        /** @description Id of the authentication, as mfaflow gave it. */
        authenticationId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "code": "492039"
         *     }
         */
        'application/json': components['schemas']['Answer'];
      };
    };
    responses: {
      /** @description How it stands. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "aut_8dKw2LrVx0QyB5nA",
           *       "status": "approved",
           *       "options": [],
           *       "assertion": "eyJhbGciOiJFZERTQSIsImtpZCI6Im…",
           *       "session": {
           *         "id": "ses_Tq7mWc3pZ1aR9xYv",
           *         "token": "mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl",
           *         "expiresAt": "2026-11-24T22:15:00.000Z"
           *       }
           *     }
           */
          'application/json': components['schemas']['Authentication'];
        };
      };
      /** @description Taken, to be evaluated (`Prefer: respond-async`): how it stood before. */
      202: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Where the outcome will be seen. */
          Location?: string;
          /** @description `respond-async`. */
          'Preference-Applied'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "aut_8dKw2LrVx0QyB5nA",
           *       "status": "pending",
           *       "reason": "wrong_code",
           *       "options": [
           *         {
           *           "action": "answer",
           *           "factorId": "fac_4GzXq0bS7kT2mN9c",
           *           "kind": "totp",
           *           "name": "Phone"
           *         }
           *       ],
           *       "expiresAt": "2026-11-24T10:25:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Authentication'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `authentication_closed`: The authentication has ended. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:authentication_closed",
           *       "title": "The authentication has ended",
           *       "status": 409,
           *       "code": "authentication_closed",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. `not_acceptable_factor`: This factor is not among those offered. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `user_locked`: The user is locked. */
      423: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:user_locked",
           *       "title": "The user is locked",
           *       "status": 423,
           *       "code": "user_locked",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. `try_later`: The user has to wait before the next attempt. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  introspectSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "token": "mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl"
         *     }
         */
        'application/json': components['schemas']['SessionToken'];
      };
    };
    responses: {
      /** @description What is known. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "active": true,
           *       "sub": "alice",
           *       "sessionId": "ses_Tq7mWc3pZ1aR9xYv",
           *       "acr": "aal2",
           *       "amr": [
           *         "pwd",
           *         "otp",
           *         "mfa"
           *       ],
           *       "authTime": "2026-11-24T10:15:00.000Z",
           *       "expiresAt": "2026-11-24T22:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Introspection'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  refreshSession: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "token": "mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl"
         *     }
         */
        'application/json': components['schemas']['SessionToken'];
      };
    };
    responses: {
      /** @description The next token, or that there is none. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "active": true,
           *       "sub": "alice",
           *       "sessionId": "ses_Tq7mWc3pZ1aR9xYv",
           *       "token": "mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl",
           *       "expiresAt": "2026-11-24T22:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['RefreshedSession'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listSessions: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The sessions. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "sessions": [
           *         {
           *           "id": "ses_Tq7mWc3pZ1aR9xYv",
           *           "active": true,
           *           "acr": "aal2",
           *           "amr": [
           *             "pwd",
           *             "otp",
           *             "mfa"
           *           ],
           *           "authTime": "2026-11-24T10:15:00.000Z",
           *           "issuedAt": "2026-11-24T10:15:00.000Z",
           *           "expiresAt": "2026-11-24T22:15:00.000Z",
           *           "absoluteUntil": "2026-12-24T10:15:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['SessionList'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  revokeSessions: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
        /** @description An assertion of this user, from a step-up or a login at most five minutes ago. */
        'MFAFlow-Step-Up'?: string;
        /** @description Why the operator does this, for the audit trail. Only for keys with the scope `operate`. */
        'MFAFlow-Reason'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Revoked. */
      204: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  revokeSession: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
        /** @description An assertion of this user, from a step-up or a login at most five minutes ago. */
        'MFAFlow-Step-Up'?: string;
        /** @description Why the operator does this, for the audit trail. Only for keys with the scope `operate`. */
        'MFAFlow-Reason'?: string;
      };
      path: {
        /** @description Id of the session, as mfaflow gave it. */
        sessionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Revoked. */
      204: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createTicket: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "purpose": "confirm-address",
         *       "contactId": "con_7Hq2Lw9Zc4Vb1Nx5",
         *       "minutes": 60,
         *       "send": true
         *     }
         */
        'application/json': components['schemas']['TicketRequest'];
      };
    };
    responses: {
      /** @description Made. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "tic_3Jt8Vn6Kp0Rw4Ds2",
           *       "url": "https://mfa.example/t/tic_3Jt8Vn6Kp0Rw4Ds2.Zx0bq1mW8r5cYdTtK2vP4uNnQ7aEoLhGi9sJf3RkXwI",
           *       "expiresAt": "2026-11-24T10:25:00.000Z"
           *     }
           */
          'application/json': components['schemas']['CreatedTicket'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getTicket: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Id of the ticket, as mfaflow gave it. */
        ticketId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The ticket. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "tic_3Jt8Vn6Kp0Rw4Ds2",
           *       "userId": "alice",
           *       "purpose": "confirm-address",
           *       "status": "open",
           *       "createdAt": "2026-11-24T10:15:00.000Z",
           *       "expiresAt": "2026-11-24T10:25:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Ticket'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listDeliveries: {
    parameters: {
      query?: {
        /** @description `next` of the page before. */
        cursor?: string;
        /** @description Entries of a page at most, 1 to 200. */
        limit?: string;
      };
      header?: never;
      path: {
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "deliveries": [
           *         {
           *           "id": "del_8sQ2mC5vX1nB7wKd",
           *           "purpose": "challenge",
           *           "template": "code",
           *           "channel": "sms",
           *           "address": "+•••18",
           *           "country": "GB",
           *           "challengeId": "cha_Zk2Lw9VrQx0yB5nA",
           *           "status": "delivered",
           *           "uncertain": false,
           *           "converted": true,
           *           "createdAt": "2026-11-24T10:15:00.000Z",
           *           "endedAt": "2026-11-24T10:15:04.000Z",
           *           "sends": [
           *             {
           *               "id": "snd_4GzXq0bS7kT2mN9c",
           *               "provider": "twilio",
           *               "status": "delivered",
           *               "converted": true,
           *               "history": [
           *                 {
           *                   "at": "2026-11-24T10:15:00.000Z",
           *                   "status": "submitting"
           *                 },
           *                 {
           *                   "at": "2026-11-24T10:15:01.000Z",
           *                   "status": "accepted"
           *                 },
           *                 {
           *                   "at": "2026-11-24T10:15:04.000Z",
           *                   "status": "delivered"
           *                 }
           *               ]
           *             }
           *           ]
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['Deliveries'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getDelivery: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Id of the delivery, as mfaflow gave it. */
        deliveryId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The delivery. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "del_8sQ2mC5vX1nB7wKd",
           *       "purpose": "challenge",
           *       "template": "code",
           *       "channel": "sms",
           *       "address": "+•••18",
           *       "country": "GB",
           *       "challengeId": "cha_Zk2Lw9VrQx0yB5nA",
           *       "status": "delivered",
           *       "uncertain": false,
           *       "converted": true,
           *       "createdAt": "2026-11-24T10:15:00.000Z",
           *       "endedAt": "2026-11-24T10:15:04.000Z",
           *       "sends": [
           *         {
           *           "id": "snd_4GzXq0bS7kT2mN9c",
           *           "provider": "twilio",
           *           "status": "delivered",
           *           "converted": true,
           *           "history": [
           *             {
           *               "at": "2026-11-24T10:15:00.000Z",
           *               "status": "submitting"
           *             },
           *             {
           *               "at": "2026-11-24T10:15:01.000Z",
           *               "status": "accepted"
           *             },
           *             {
           *               "at": "2026-11-24T10:15:04.000Z",
           *               "status": "delivered"
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Delivery'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getDeliveryPolicy: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The policy. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "countries": [
           *         "DE",
           *         "AT",
           *         "CH"
           *       ],
           *       "perUserPer10Minutes": 5,
           *       "perAddressPerHour": 5,
           *       "perAddressPerDay": 10,
           *       "perPrefixPerHour": 50,
           *       "perCountryPerDay": 5000,
           *       "perTenantPerDay": 20000,
           *       "dailySpend": {
           *         "amount": "50",
           *         "currency": "USD"
           *       },
           *       "estimatedPrice": {
           *         "sms": "0.05",
           *         "voice": "0.10",
           *         "email": "0"
           *       },
           *       "resendWaitsSeconds": [
           *         30,
           *         60,
           *         120,
           *         300
           *       ],
           *       "returnUrl": "https://shop.example/login/continue",
           *       "origin": "shop.example"
           *     }
           */
          'application/json': components['schemas']['DeliveryPolicy'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putDeliveryPolicy: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "countries": [
         *         "DE",
         *         "AT",
         *         "CH"
         *       ],
         *       "perUserPer10Minutes": 5,
         *       "perAddressPerHour": 5,
         *       "perAddressPerDay": 10,
         *       "perPrefixPerHour": 50,
         *       "perCountryPerDay": 5000,
         *       "perTenantPerDay": 20000,
         *       "dailySpend": {
         *         "amount": "50",
         *         "currency": "USD"
         *       },
         *       "estimatedPrice": {
         *         "sms": "0.05",
         *         "voice": "0.10",
         *         "email": "0"
         *       },
         *       "resendWaitsSeconds": [
         *         30,
         *         60,
         *         120,
         *         300
         *       ],
         *       "returnUrl": "https://shop.example/login/continue",
         *       "origin": "shop.example"
         *     }
         */
        'application/json': components['schemas']['DeliveryPolicy'];
      };
    };
    responses: {
      /** @description The policy. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "countries": [
           *         "DE",
           *         "AT",
           *         "CH"
           *       ],
           *       "perUserPer10Minutes": 5,
           *       "perAddressPerHour": 5,
           *       "perAddressPerDay": 10,
           *       "perPrefixPerHour": 50,
           *       "perCountryPerDay": 5000,
           *       "perTenantPerDay": 20000,
           *       "dailySpend": {
           *         "amount": "50",
           *         "currency": "USD"
           *       },
           *       "estimatedPrice": {
           *         "sms": "0.05",
           *         "voice": "0.10",
           *         "email": "0"
           *       },
           *       "resendWaitsSeconds": [
           *         30,
           *         60,
           *         120,
           *         300
           *       ],
           *       "returnUrl": "https://shop.example/login/continue",
           *       "origin": "shop.example"
           *     }
           */
          'application/json': components['schemas']['DeliveryPolicy'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listProviders: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The providers. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "providers": [
           *         {
           *           "name": "twilio",
           *           "label": "Twilio",
           *           "channels": [
           *             "sms",
           *             "voice"
           *           ],
           *           "honoursIdempotencyKey": false,
           *           "configured": true,
           *           "places": [
           *             {
           *               "channel": "sms",
           *               "country": "GB",
           *               "state": "healthy",
           *               "sends": 120,
           *               "successRate": 0.99,
           *               "codes": 310,
           *               "conversionRate": 0.91
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Providers'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listMessageTemplates: {
    parameters: {
      query?: {
        /** @description What the user is told. */
        name?:
          | 'code'
          | 'login-link'
          | 'confirm-address'
          | 'factor-enrolled'
          | 'factor-replaced'
          | 'factor-removed'
          | 'pass-issued';
        /** @description By what it travels. A link is not read out. */
        channel?: 'sms' | 'voice' | 'email';
        /** @description Language tag (BCP 47). */
        locale?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All of them. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "defaultLocale": null,
           *       "templates": [
           *         {
           *           "name": "code",
           *           "channel": "sms",
           *           "locale": "en",
           *           "source": "own",
           *           "version": 3,
           *           "updatedAt": "2026-11-24T10:15:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['MessageTemplateList'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getMessageTemplate: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description What the user is told. */
        name:
          | 'code'
          | 'login-link'
          | 'confirm-address'
          | 'factor-enrolled'
          | 'factor-replaced'
          | 'factor-removed'
          | 'pass-issued';
        /** @description By what it travels. A link is not read out. */
        channel: 'sms' | 'voice' | 'email';
        /** @description Language tag (BCP 47). */
        locale: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The template. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "code",
           *       "channel": "sms",
           *       "locale": "en",
           *       "source": "own",
           *       "version": 3,
           *       "updatedAt": "2026-11-24T10:15:00.000Z",
           *       "text": "{{code}} is your code for the shop.{{#validFor}} Valid for {{validFor}}.{{/validFor}}",
           *       "slots": {
           *         "obligatory": [
           *           "code"
           *         ],
           *         "optional": [
           *           "tenant",
           *           "validFor",
           *           "at",
           *           "device",
           *           "ip",
           *           "place",
           *           "notMeLink"
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['MessageTemplate'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putMessageTemplate: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description What the user is told. */
        name:
          | 'code'
          | 'login-link'
          | 'confirm-address'
          | 'factor-enrolled'
          | 'factor-replaced'
          | 'factor-removed'
          | 'pass-issued';
        /** @description By what it travels. A link is not read out. */
        channel: 'sms' | 'voice' | 'email';
        /** @description Language tag (BCP 47). */
        locale: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "text": "{{code}} is your code for the shop.{{#validFor}} Valid for {{validFor}}.{{/validFor}}",
         *       "version": 2
         *     }
         */
        'application/json': components['schemas']['MessageTemplateRequest'];
      };
    };
    responses: {
      /** @description Changed. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "code",
           *       "channel": "sms",
           *       "locale": "en",
           *       "source": "own",
           *       "version": 3,
           *       "updatedAt": "2026-11-24T10:15:00.000Z",
           *       "text": "{{code}} is your code for the shop.{{#validFor}} Valid for {{validFor}}.{{/validFor}}",
           *       "slots": {
           *         "obligatory": [
           *           "code"
           *         ],
           *         "optional": [
           *           "tenant",
           *           "validFor",
           *           "at",
           *           "device",
           *           "ip",
           *           "place",
           *           "notMeLink"
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['MessageTemplate'];
        };
      };
      /** @description Made. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "code",
           *       "channel": "sms",
           *       "locale": "en",
           *       "source": "own",
           *       "version": 1,
           *       "updatedAt": "2026-11-24T10:15:00.000Z",
           *       "text": "{{code}} is your code for the shop.{{#validFor}} Valid for {{validFor}}.{{/validFor}}",
           *       "slots": {
           *         "obligatory": [
           *           "code"
           *         ],
           *         "optional": [
           *           "tenant",
           *           "validFor",
           *           "at",
           *           "device",
           *           "ip",
           *           "place",
           *           "notMeLink"
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['MessageTemplate'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  removeMessageTemplate: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description What the user is told. */
        name:
          | 'code'
          | 'login-link'
          | 'confirm-address'
          | 'factor-enrolled'
          | 'factor-replaced'
          | 'factor-removed'
          | 'pass-issued';
        /** @description By what it travels. A link is not read out. */
        channel: 'sms' | 'voice' | 'email';
        /** @description Language tag (BCP 47). */
        locale: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Removed. */
      204: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  previewMessage: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "code",
         *       "channel": "sms",
         *       "locale": "en-GB",
         *       "template": {
         *         "text": "{{code}} is your code for the shop.{{#validFor}} Valid for {{validFor}}.{{/validFor}}"
         *       }
         *     }
         */
        'application/json': components['schemas']['MessagePreviewRequest'];
      };
    };
    responses: {
      /** @description The message. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "locale": "en",
           *       "source": "given",
           *       "text": "492039 is your code for the shop. Valid for 10 minutes.\n\n@shop.example #492039",
           *       "sms": {
           *         "encoding": "GSM-7",
           *         "units": 79,
           *         "segments": 1
           *       }
           *     }
           */
          'application/json': components['schemas']['MessagePreview'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  setMessageLocale: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "locale": "pt-BR"
         *     }
         */
        'application/json': components['schemas']['MessageLocaleRequest'];
      };
    };
    responses: {
      /** @description As it is now. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "defaultLocale": "pt-BR"
           *     }
           */
          'application/json': components['schemas']['MessageLocale'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  importUsers: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "users": [
         *         {
         *           "id": "alice",
         *           "groups": [
         *             "finance"
         *           ],
         *           "factors": [
         *             {
         *               "kind": "totp",
         *               "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
         *               "digits": 6,
         *               "algorithm": "SHA1",
         *               "period": 30
         *             }
         *           ]
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['ImportRequest'];
      };
    };
    responses: {
      /** @description What became of each. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "users": [
           *         {
           *           "id": "alice",
           *           "result": "created"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ImportResult'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listEpochs: {
    parameters: {
      query?: {
        /** @description `next` of the page before. */
        cursor?: string;
        /** @description Entries of a page at most, 1 to 200. */
        limit?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "epochs": [
           *         {
           *           "scope": "group",
           *           "subject": "finance",
           *           "value": "42",
           *           "raisedAt": "2026-11-24T10:15:00.000Z",
           *           "reason": "laptops stolen"
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['EpochPage'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  raiseEpoch: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "scope": "group",
         *       "subject": "finance",
         *       "reason": "laptops stolen"
         *     }
         */
        'application/json': components['schemas']['EpochRequest'];
      };
    };
    responses: {
      /** @description Raised. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "scope": "group",
           *       "subject": "finance",
           *       "value": "42",
           *       "raisedAt": "2026-11-24T10:15:00.000Z",
           *       "reason": "laptops stolen"
           *     }
           */
          'application/json': components['schemas']['Epoch'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listEvents: {
    parameters: {
      query?: {
        /** @description Name of a type of event. */
        type?: string;
        /** @description Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly. */
        userId?: string;
        /** @description Instant (RFC 3339, UTC). */
        after?: string;
        /** @description Instant (RFC 3339, UTC). */
        before?: string;
        /** @description `next` of the page before. */
        cursor?: string;
        /** @description Entries of a page at most, 1 to 200. */
        limit?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "events": [
           *         {
           *           "id": "evt_4711",
           *           "type": "credential.compromised",
           *           "version": 1,
           *           "subject": "alice",
           *           "source": "https://idp.example/breaches",
           *           "time": "2026-11-24T10:15:00.000Z",
           *           "data": {
           *             "kind": "password",
           *             "reason": "found in a breach corpus"
           *           },
           *           "outside": true
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['EventPage'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  sendEvents: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "specversion": "1.0",
         *       "id": "a1f0",
         *       "source": "https://idp.example/breaches",
         *       "type": "credential.compromised",
         *       "subject": "alice",
         *       "time": "2026-11-24T10:15:00Z",
         *       "data": {
         *         "kind": "password",
         *         "reason": "found in a breach corpus"
         *       }
         *     }
         */
        'application/json': components['schemas']['CloudEvent'] | components['schemas']['CloudEvent'][];
        /**
         * @example {
         *       "specversion": "1.0",
         *       "id": "a1f0",
         *       "source": "https://idp.example/breaches",
         *       "type": "credential.compromised",
         *       "subject": "alice",
         *       "time": "2026-11-24T10:15:00Z",
         *       "data": {
         *         "kind": "password",
         *         "reason": "found in a breach corpus"
         *       }
         *     }
         */
        'application/cloudevents+json':
          components['schemas']['CloudEvent'] | components['schemas']['CloudEvent'][];
        /**
         * @example {
         *       "specversion": "1.0",
         *       "id": "a1f0",
         *       "source": "https://idp.example/breaches",
         *       "type": "credential.compromised",
         *       "subject": "alice",
         *       "time": "2026-11-24T10:15:00Z",
         *       "data": {
         *         "kind": "password",
         *         "reason": "found in a breach corpus"
         *       }
         *     }
         */
        'application/cloudevents-batch+json':
          components['schemas']['CloudEvent'] | components['schemas']['CloudEvent'][];
      };
    };
    responses: {
      /** @description Taken. */
      202: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "events": [
           *         {
           *           "id": "evt_4711",
           *           "duplicate": false
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['AcceptedEvents'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listEventTypes: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All of them. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "types": [
           *         {
           *           "type": "order.placed",
           *           "version": 1,
           *           "origin": "outside",
           *           "own": true,
           *           "title": "An order was placed",
           *           "description": "Somebody bought something in the shop.",
           *           "subject": "user",
           *           "schema": {
           *             "type": "object",
           *             "required": [
           *               "channel"
           *             ],
           *             "properties": {
           *               "channel": {
           *                 "type": "string",
           *                 "enum": [
           *                   "web",
           *                   "shop"
           *                 ]
           *               }
           *             }
           *           },
           *           "example": {
           *             "channel": "web"
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['EventTypeList'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEventType: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Name of a type of event. */
        type: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The type. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "order.placed",
           *       "version": 1,
           *       "origin": "outside",
           *       "own": true,
           *       "title": "An order was placed",
           *       "description": "Somebody bought something in the shop.",
           *       "subject": "user",
           *       "schema": {
           *         "type": "object",
           *         "required": [
           *           "channel"
           *         ],
           *         "properties": {
           *           "channel": {
           *             "type": "string",
           *             "enum": [
           *               "web",
           *               "shop"
           *             ]
           *           }
           *         }
           *       },
           *       "example": {
           *         "channel": "web"
           *       }
           *     }
           */
          'application/json': components['schemas']['EventType'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putEventType: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Name of a type of event. */
        type: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "title": "An order was placed",
         *       "description": "Somebody bought something in the shop.",
         *       "subject": "user",
         *       "schema": {
         *         "type": "object",
         *         "required": [
         *           "channel"
         *         ],
         *         "properties": {
         *           "channel": {
         *             "type": "string",
         *             "enum": [
         *               "web",
         *               "shop"
         *             ]
         *           }
         *         }
         *       },
         *       "example": {
         *         "channel": "web"
         *       }
         *     }
         */
        'application/json': components['schemas']['EventTypeRequest'];
      };
    };
    responses: {
      /** @description Changed. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "order.placed",
           *       "version": 1,
           *       "origin": "outside",
           *       "own": true,
           *       "title": "An order was placed",
           *       "description": "Somebody bought something in the shop.",
           *       "subject": "user",
           *       "schema": {
           *         "type": "object",
           *         "required": [
           *           "channel"
           *         ],
           *         "properties": {
           *           "channel": {
           *             "type": "string",
           *             "enum": [
           *               "web",
           *               "shop"
           *             ]
           *           }
           *         }
           *       },
           *       "example": {
           *         "channel": "web"
           *       }
           *     }
           */
          'application/json': components['schemas']['EventType'];
        };
      };
      /** @description Made. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "order.placed",
           *       "version": 1,
           *       "origin": "outside",
           *       "own": true,
           *       "title": "An order was placed",
           *       "description": "Somebody bought something in the shop.",
           *       "subject": "user",
           *       "schema": {
           *         "type": "object",
           *         "required": [
           *           "channel"
           *         ],
           *         "properties": {
           *           "channel": {
           *             "type": "string",
           *             "enum": [
           *               "web",
           *               "shop"
           *             ]
           *           }
           *         }
           *       },
           *       "example": {
           *         "channel": "web"
           *       }
           *     }
           */
          'application/json': components['schemas']['EventType'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  removeEventType: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Name of a type of event. */
        type: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Removed. */
      204: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listEventTransmitters: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All of them. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "transmitters": [
           *         {
           *           "id": "idp",
           *           "issuer": "https://idp.example",
           *           "audience": "https://mfa.example",
           *           "jwks": {
           *             "keys": [
           *               {
           *                 "kty": "OKP",
           *                 "kid": "key-1",
           *                 "use": "sig",
           *                 "alg": "EdDSA",
           *                 "crv": "Ed25519",
           *                 "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
           *               }
           *             ]
           *           },
           *           "createdAt": "2026-11-24T10:15:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['EventTransmitterList'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getEventTransmitter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Your own name of the transmitter. */
        transmitterId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The transmitter. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "idp",
           *       "issuer": "https://idp.example",
           *       "audience": "https://mfa.example",
           *       "jwks": {
           *         "keys": [
           *           {
           *             "kty": "OKP",
           *             "kid": "key-1",
           *             "use": "sig",
           *             "alg": "EdDSA",
           *             "crv": "Ed25519",
           *             "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
           *           }
           *         ]
           *       },
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['EventTransmitter'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  putEventTransmitter: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own name of the transmitter. */
        transmitterId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "issuer": "https://idp.example",
         *       "audience": "https://mfa.example",
         *       "jwks": {
         *         "keys": [
         *           {
         *             "kty": "OKP",
         *             "kid": "key-1",
         *             "use": "sig",
         *             "alg": "EdDSA",
         *             "crv": "Ed25519",
         *             "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
         *           }
         *         ]
         *       }
         *     }
         */
        'application/json': components['schemas']['EventTransmitterRequest'];
      };
    };
    responses: {
      /** @description Changed. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "idp",
           *       "issuer": "https://idp.example",
           *       "audience": "https://mfa.example",
           *       "jwks": {
           *         "keys": [
           *           {
           *             "kty": "OKP",
           *             "kid": "key-1",
           *             "use": "sig",
           *             "alg": "EdDSA",
           *             "crv": "Ed25519",
           *             "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
           *           }
           *         ]
           *       },
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['EventTransmitter'];
        };
      };
      /** @description Made. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "idp",
           *       "issuer": "https://idp.example",
           *       "audience": "https://mfa.example",
           *       "jwks": {
           *         "keys": [
           *           {
           *             "kty": "OKP",
           *             "kid": "key-1",
           *             "use": "sig",
           *             "alg": "EdDSA",
           *             "crv": "Ed25519",
           *             "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
           *           }
           *         ]
           *       },
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['EventTransmitter'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  removeEventTransmitter: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Your own name of the transmitter. */
        transmitterId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Removed. */
      204: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  pushSecurityEvent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Your own name of the transmitter. */
        transmitterId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /** @example eyJ0eXAiOiJzZWNldmVudCtqd3QiLCJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIn0.c2lnbmF0dXJl */
        'application/secevent+jwt': string;
      };
    };
    responses: {
      /** @description Taken. */
      202: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listApiKeys: {
    parameters: {
      query?: {
        /** @description `next` of the page before. */
        cursor?: string;
        /** @description Entries of a page at most, 1 to 200. */
        limit?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of the keys, without the keys themselves. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "apiKeys": [
           *         {
           *           "id": "key_Xc5vB1nM8qW2eR4t",
           *           "name": "shop backend",
           *           "scopes": [
           *             "authenticate"
           *           ],
           *           "status": "active",
           *           "createdAt": "2026-11-24T10:15:00.000Z",
           *           "lastUsedAt": "2026-11-24T11:40:00.000Z"
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['ApiKeyPage'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "shop backend",
         *       "scopes": [
         *         "authenticate"
         *       ]
         *     }
         */
        'application/json': components['schemas']['ApiKeyRequest'];
      };
    };
    responses: {
      /** @description Made. Keep `key`: only its hash is stored. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "key_Xc5vB1nM8qW2eR4t",
           *       "name": "shop backend",
           *       "scopes": [
           *         "authenticate"
           *       ],
           *       "status": "active",
           *       "createdAt": "2026-11-24T10:15:00.000Z",
           *       "key": "mfk_…"
           *     }
           */
          'application/json': components['schemas']['ApiKey'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  rotateApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Id of the API key, as mfaflow gave it. */
        keyId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "overlapSeconds": 86400
         *     }
         */
        'application/json': components['schemas']['ApiKeyRotationRequest'];
      };
    };
    responses: {
      /** @description Rotated. Keep `key` of the new one: only its hash is stored. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "apiKey": {
           *         "id": "key_Xc5vB1nM8qW2eR4t",
           *         "name": "shop backend",
           *         "scopes": [
           *           "authenticate"
           *         ],
           *         "status": "active",
           *         "createdAt": "2026-11-24T10:15:00.000Z",
           *         "rotatedFrom": "key_9sT3uV7wX1yZ5aB2",
           *         "key": "mfk_…"
           *       },
           *       "previous": {
           *         "id": "key_9sT3uV7wX1yZ5aB2",
           *         "name": "shop backend",
           *         "scopes": [
           *           "authenticate"
           *         ],
           *         "status": "rotated",
           *         "createdAt": "2026-11-24T10:15:00.000Z",
           *         "expiresAt": "2026-11-25T10:15:00.000Z",
           *         "rotatedTo": "key_Xc5vB1nM8qW2eR4t"
           *       }
           *     }
           */
          'application/json': components['schemas']['ApiKeyRotation'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  revokeApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Id of the API key, as mfaflow gave it. */
        keyId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Revoked. */
      204: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listTenants: {
    parameters: {
      query?: {
        /** @description `next` of the page before. */
        cursor?: string;
        /** @description Entries of a page at most, 1 to 200. */
        limit?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "tenants": [
           *         {
           *           "id": "ten_aZ8kQ2mC5vX1nB7w",
           *           "name": "shop",
           *           "createdAt": "2026-11-24T10:15:00.000Z"
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['TenantPage'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createTenant: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "shop"
         *     }
         */
        'application/json': components['schemas']['TenantRequest'];
      };
    };
    responses: {
      /** @description Made. Keep the key: only its hash is stored, and it is shown as createApiKey shows one. */
      201: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "ten_aZ8kQ2mC5vX1nB7w",
           *       "name": "shop",
           *       "createdAt": "2026-11-24T10:15:00.000Z",
           *       "apiKey": {
           *         "id": "key_Xc5vB1nM8qW2eR4t",
           *         "name": "first key",
           *         "scopes": [
           *           "authenticate"
           *         ],
           *         "status": "active",
           *         "createdAt": "2026-11-24T10:15:00.000Z",
           *         "key": "mfk_…"
           *       }
           *     }
           */
          'application/json': components['schemas']['NewTenant'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getTenant: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Id of the tenant, as mfaflow gave it. */
        tenantId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The tenant. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "ten_aZ8kQ2mC5vX1nB7w",
           *       "name": "shop",
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Tenant'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changeTenant: {
    parameters: {
      query?: never;
      header?: {
        /** @description Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description Id of the tenant, as mfaflow gave it. */
        tenantId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "disabled": true
         *     }
         */
        'application/json': components['schemas']['TenantChange'];
      };
    };
    responses: {
      /** @description The tenant as it is now. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "ten_aZ8kQ2mC5vX1nB7w",
           *       "name": "shop",
           *       "createdAt": "2026-11-24T10:15:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Tenant'];
        };
      };
      /** @description `invalid_request`: The request is malformed. */
      400: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:invalid_request",
           *       "title": "The request is malformed",
           *       "status": 400,
           *       "code": "invalid_request",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthenticated`: No valid credential was presented. */
      401: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unauthenticated",
           *       "title": "No valid credential was presented",
           *       "status": 401,
           *       "code": "unauthenticated",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The credential does not carry the scope that this needs. */
      403: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:forbidden",
           *       "title": "The credential does not carry the scope that this needs",
           *       "status": 403,
           *       "code": "forbidden",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: There is no such thing here. */
      404: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:not_found",
           *       "title": "There is no such thing here",
           *       "status": 404,
           *       "code": "not_found",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `conflict`: The state does not allow this. */
      409: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:conflict",
           *       "title": "The state does not allow this",
           *       "status": 409,
           *       "code": "conflict",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `payload_too_large`: The request body is too large. */
      413: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:payload_too_large",
           *       "title": "The request body is too large",
           *       "status": 413,
           *       "code": "payload_too_large",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The media type is not supported. */
      415: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unsupported_media_type",
           *       "title": "The media type is not supported",
           *       "status": 415,
           *       "code": "unsupported_media_type",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `idempotency_mismatch`: The idempotency key was used for another request. */
      422: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:idempotency_mismatch",
           *       "title": "The idempotency key was used for another request",
           *       "status": 422,
           *       "code": "idempotency_mismatch",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: Too many requests. `overloaded`: The service sheds load. */
      429: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:rate_limited",
           *       "title": "Too many requests",
           *       "status": 429,
           *       "code": "rate_limited",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unavailable`: The service is temporarily unavailable. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:unavailable",
           *       "title": "The service is temporarily unavailable",
           *       "status": 503,
           *       "code": "unavailable",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getLinks: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Links. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "service": "mfaflow",
           *       "docs": "/docs",
           *       "openapi": "/openapi.json"
           *     }
           */
          'application/json': {
            [key: string]: unknown;
          };
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getHealth: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Alive. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ok"
           *     }
           */
          'application/json': {
            /** @constant */
            status: 'ok';
          };
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getReadiness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Yes. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ready",
           *       "checks": {
           *         "postgres": true,
           *         "temporal": true,
           *         "worker": true,
           *         "clock": true
           *       }
           *     }
           */
          'application/json': components['schemas']['Readiness'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No, and what is missing. */
      503: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "not_ready",
           *       "checks": {
           *         "postgres": true,
           *         "temporal": true,
           *         "worker": false,
           *         "clock": true
           *       }
           *     }
           */
          'application/json': components['schemas']['Readiness'];
        };
      };
    };
  };
  getKeySet: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The keys. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "keys": [
           *         {
           *           "kty": "OKP",
           *           "crv": "Ed25519",
           *           "kid": "Hq2…",
           *           "alg": "EdDSA",
           *           "use": "sig",
           *           "x": "11qYAYKxCrfV…"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['KeySet'];
        };
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getDescription: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The description. */
      200: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Something went wrong on our side. */
      500: {
        headers: {
          /** @description Id of the request, to be found again in the log. */
          'Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "urn:mfaflow:error:internal",
           *       "title": "Something went wrong on our side",
           *       "status": 500,
           *       "code": "internal",
           *       "instance": "urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m"
           *     }
           */
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
