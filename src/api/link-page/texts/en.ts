import type { LinkPageTexts } from './texts';

export const en: LinkPageTexts = {
  confirmAddress: {
    title: 'Confirm your address',
    text: [
      '{tenant} would like to know that {address} belongs to you.',
      'Press the button only if you expected this.',
    ],
    button: 'Confirm address',
  },
  addressConfirmed: {
    title: 'Your address is confirmed',
    text: ['{address} is now confirmed for {tenant}. You can close this page.'],
  },
  login: {
    title: 'Log in to {tenant}',
    text: [
      'The button shows a code of six digits. Enter it where you began to log in.',
      'If you did not begin to log in just now, close this page and give the code to nobody.',
    ],
    button: 'Show the code',
  },
  loginReturning: {
    title: 'Log in to {tenant}',
    text: [
      'The button takes you to {host}, where your login goes on.',
      'If you did not begin to log in just now, close this page.',
    ],
    button: 'Continue',
  },
  loginCode: {
    title: 'Your code',
    text: [
      'Enter it where you began to log in to {tenant}. It is good once, until {until}.',
      'Give it to nobody, whoever asks.',
    ],
  },
  notMe: {
    title: 'This wasn’t you?',
    text: [
      '{happened}',
      'If that was not you, press the button. What was done is then blocked and recorded.',
      'If it was you, close this page: nothing happens.',
    ],
    button: 'This wasn’t me',
  },
  notMeDone: {
    title: 'Thank you, it is recorded',
    text: ['Change your password now, and tell {tenant} by a way that you know.'],
  },
  frozen: {
    factor: 'The sign-in method can no longer be used.',
    authentication: 'The login that was under way is ended.',
    proof: 'What was confirmed by it is no longer accepted.',
    session: 'The session that came of it is ended.',
    nothing: 'It was over already, so there was nothing left to block.',
  },
  happened: {
    'factor-enrolled': 'At {tenant} a sign-in method was added: {factor}, {at}.',
    'factor-replaced': 'At {tenant} a sign-in method was replaced: {factor}, {at}.',
    'factor-removed': 'At {tenant} a sign-in method was removed: {factor}, {at}.',
    'pass-issued': 'At {tenant} a temporary pass was issued for you, {at}.',
    factor: 'This is about your sign-in method at {tenant}: {factor}.',
    login: 'Somebody began to log in to {tenant} as you.',
  },
  validUntil: 'This link is good once, until {until}.',
  invalid: {
    title: 'This link is not valid any more',
    text: [
      'It was used already, its time is over, or it is not complete. Nothing was done.',
      'If you still need it, ask for a new one where you got it from.',
    ],
  },
  elsewhere: {
    title: 'Please open the link again',
    text: ['This request did not come from the page of the link, so nothing was done.'],
  },
  tooMany: {
    title: 'Please try again in a minute',
    text: ['Too many links were opened from your network. Nothing was done.'],
  },
  unavailable: {
    title: 'Please try again in a moment',
    text: ['We cannot answer just now. If the link was not used yet, it stays good.'],
  },
};
