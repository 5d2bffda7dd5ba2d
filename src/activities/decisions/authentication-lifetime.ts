/** An authentication that nobody finishes is given up (NIST SP 800-63B-4 §3.1.3.2 allows codes ten minutes). */
export const AUTHENTICATION_MS = 10 * 60_000;
