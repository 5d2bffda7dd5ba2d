/**
 * What deflate may take for already said (RFC 1951, the preset dictionary of RFC 1950 §2.2): the words of our own
 * messages, so that those may have readable names and yet be small in a history. What is most frequent stands
 * last, where it is cheapest to point at.
 *
 * FROZEN: payloads in histories are read with it for as long as those are kept. To better it, add a second
 * dictionary under a new payload encoding and keep this one for reading.
 */
export const payloadDictionary = Buffer.from(
  [
    '"stack_trace":"Error: \\n    at async file:///dist/src/workflows/index.js:node_modules/@temporalio/workflow/lib/',
    'Activity task failed","message":"ApplicationFailure: TypeError: Cannot read properties of undefined',
    '"scope":"tenant","group","cohort","epoch":"campaign":"flow":"run":"node":"port":"position":"outcome":"event":"trigger":',
    '"deliveryId":"endpointId":"provider":"channel":"attempt":"template":"locale":"deadline":"dueAt":"page":"cursor":"limit":',
    '(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1 (iPhone; CPU iPhone OS 18_7 like Mac OS X)',
    '(Linux; Android 10; K) (Macintosh; Intel Mac OS X 10.15; rv:1 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 Mobile Safari/537.36 Edg/140.0.0.0',
    '{"by":"operator","reason":"authority":{"by":"step-up","authenticationId":"","authTime":',
    '"config":{"algorithm":"SHA1","SHA256","SHA512","digits":6,"period":30}"name":"Phone","replaces":"',
    '"commandsHandled":"inFlight":"resting":false,"failures":"operatorOnly":true,"lockedUntil":"revokedSessions":',
    '{"refused":"unavailable","retryAfter":1}"detail":"user_locked","try_later","not_found","no_factor","acr_unreachable","conflict"',
    '"proof":{"authenticationId":"offer":["recovery-code"]"recoveryCodesLeft":9,"status":"removed","active","reason":"wrong_code","retryAfter":',
    '"passkey","passcode","push","email","sms","voice","hotp","temporary-pass","external","device":"deviceToken":',
    '{"result":{"id":"","status":"pending","options":[{"action":"enrol","kinds":["totp"]{"action":"answer","factorId":"","kind":"recovery-code"',
    '"challenge":{"factorId":"","kind":"totp"},"expiresAt":17',
    '"status":"denied","replayed":true,"stale":true,"pending":["aut_"],"version":',
    '"sessionId":"ses_","authTime":17,"audience":"https://","nonce":"acr":"aal2"},"version":1}',
    '{"tenantId":"ten_","userId":"usr_"}{"tenantId":"","userId":"","version":0,"commandsHandled":0,"pending":[]}',
    '{"authenticationId":"aut_","factorId":"fac_","sealedCode":"',
    '"purpose":"step-up","acr":"aal2","maxAge":300,"audience":"","nonce":"","sessionId":"","purpose":"login","primary":"pwd","acr":"aal2","amr":["pwd","otp","mfa"],',
    '"response":{"factorId":"fac_","sealedCode":"","purpose":"login","primary":"pwd","context":{"ip":"1.","userAgent":"Mozilla/5.0 ',
    '"status":"approved","grant":{"kid":"","acr":"aal2","amr":["pwd","otp","mfa"],"issuedAt":',
    '"response":{"kind":"totp","sealedCode":""}}{"id":"","fingerprint":"","actor":"key_","purpose":"login","context":{"ip":"1.","userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1',
    '0.0.0.0 Safari/537.36"},"response":{"kind":"totp","sealedCode":"',
    '{"result":{"status":"approved","grant":{"kid":"","acr":"aal1","amr":["otp"],"issuedAt":179,"sessionExpiresIn":43200}},"version":',
  ].join(''),
  'utf8',
);
