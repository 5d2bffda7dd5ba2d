import type { MailLine, Wording } from './wording';

const login: readonly MailLine[] = [
  { lists: ['at', 'device', 'ip', 'place'] },
  '{{#notMeLink}}Wenn Sie sich nicht anmelden, kennt vielleicht jemand anderes Ihr Passwort: Sagen Sie es uns.{{/notMeLink}}',
  { opens: 'notMeLink', label: 'Das war ich nicht' },
];

const change: readonly MailLine[] = [
  { lists: ['factorKind', 'factorName', 'at', 'device', 'ip', 'place', 'reason'] },
  'Wenn Sie das waren, müssen Sie nichts tun. Wenn nicht, sagen Sie es uns sofort.',
  { opens: 'notMeLink', label: 'Das war ich nicht' },
  {
    note: 'Sie erhalten diese Nachricht, weil {{tenant}} jede Ihrer bekannten Adressen benachrichtigt, wenn sich Ihre Anmeldemethoden ändern.',
  },
];

export const de: Wording = {
  mail: {
    code: {
      subject: 'Ihr Code für {{tenant}}',
      lines: [
        'Geben Sie diesen Code dort ein, wo {{tenant}} Sie danach fragt:',
        { shows: 'code' },
        '{{#validFor}}Er gilt einmal, {{validFor}} lang. {{/validFor}}Geben Sie ihn niemandem, wer auch fragt.',
        ...login,
        {
          note: 'Sie erhalten diese Nachricht, weil jemand bei einer Anmeldung bei {{tenant}} oder beim Einrichten dieser Adresse nach einem Code gefragt wurde. Wenn Sie das nicht waren, verwenden Sie den Code nicht.',
        },
      ],
    },
    'login-link': {
      subject: 'Weiter mit der Anmeldung bei {{tenant}}',
      lines: [
        'Sie haben begonnen, sich bei {{tenant}} anzumelden. Hier geht es weiter:',
        { opens: 'link', label: 'Weiter anmelden' },
        '{{#validFor}}Der Link gilt einmal, {{validFor}} lang. {{/validFor}}Leiten Sie ihn an niemanden weiter.',
        ...login,
        {
          note: 'Sie erhalten diese Nachricht, weil jemand bei einer Anmeldung bei {{tenant}} oder beim Einrichten dieser Adresse einen Link angefordert hat. Wenn Sie das nicht waren, öffnen Sie ihn nicht.',
        },
      ],
    },
    'confirm-address': {
      subject: 'Bestätigen Sie Ihre Adresse für {{tenant}}',
      lines: [
        'Bitte bestätigen Sie, dass diese Adresse Ihnen gehört:',
        { opens: 'link', label: 'Adresse bestätigen' },
        '{{#validFor}}Der Link gilt einmal, {{validFor}} lang.{{/validFor}}',
        {
          note: 'Sie erhalten diese Nachricht, weil diese Adresse bei {{tenant}} angegeben wurde. Wenn Sie nicht wissen, warum, tun Sie nichts: Sie bleibt unbestätigt.',
        },
      ],
    },
    'factor-enrolled': {
      subject: 'Neue Anmeldemethode bei {{tenant}}',
      lines: ['Zu Ihrem Konto bei {{tenant}} wurde eine Anmeldemethode hinzugefügt.', ...change],
    },
    'factor-replaced': {
      subject: 'Anmeldemethode ersetzt bei {{tenant}}',
      lines: ['Eine Anmeldemethode Ihres Kontos bei {{tenant}} wurde durch eine neue ersetzt.', ...change],
    },
    'factor-removed': {
      subject: 'Anmeldemethode entfernt bei {{tenant}}',
      lines: ['Aus Ihrem Konto bei {{tenant}} wurde eine Anmeldemethode entfernt.', ...change],
    },
    'pass-issued': {
      subject: 'Befristeter Zugangscode ausgestellt bei {{tenant}}',
      lines: [
        'Für Ihr Konto bei {{tenant}} wurde ein befristeter Zugangscode ausgestellt. Er steht nicht in dieser Nachricht.',
        ...change,
      ],
    },
  },
  sms: {
    code: '{{code}} ist Ihr Code für {{tenant}}.{{#validFor}} Gültig: {{validFor}}.{{/validFor}} Geben Sie ihn niemandem.',
    'login-link': '{{tenant}}: Weiter mit der Anmeldung, sonst bitte ignorieren: {{link}}',
    'confirm-address':
      '{{tenant}}: Wenn diese Nummer Ihnen gehört und Sie das erwarten, bestätigen Sie sie hier: {{link}}',
    'factor-enrolled':
      '{{tenant}}: Zu Ihrem Konto wurde eine Anmeldemethode hinzugefügt ({{factorKind}}, {{at}}).{{#notMeLink}} Nicht Sie? {{notMeLink}}{{/notMeLink}}',
    'factor-replaced':
      '{{tenant}}: Eine Anmeldemethode Ihres Kontos wurde ersetzt ({{factorKind}}, {{at}}).{{#notMeLink}} Nicht Sie? {{notMeLink}}{{/notMeLink}}',
    'factor-removed':
      '{{tenant}}: Aus Ihrem Konto wurde eine Anmeldemethode entfernt ({{factorKind}}, {{at}}).{{#notMeLink}} Nicht Sie? {{notMeLink}}{{/notMeLink}}',
    'pass-issued':
      '{{tenant}}: Für Ihr Konto wurde ein befristeter Zugangscode ausgestellt ({{at}}).{{#notMeLink}} Nicht Sie? {{notMeLink}}{{/notMeLink}}',
  },
  voice: {
    code: 'Guten Tag. Hier ist {{tenant}}. Ihr Code lautet: {{code}}. Noch einmal, Ihr Code lautet: {{code}}.{{#validFor}} Er gilt {{validFor}} lang.{{/validFor}} Geben Sie ihn niemandem. Auf Wiederhören.',
    'factor-enrolled':
      'Guten Tag. Hier ist {{tenant}}. Zu Ihrem Konto wurde eine Anmeldemethode hinzugefügt: {{factorKind}}. Wenn Sie das nicht waren, wenden Sie sich sofort auf einem Ihnen bekannten Weg an uns. Auf Wiederhören.',
    'factor-replaced':
      'Guten Tag. Hier ist {{tenant}}. Eine Anmeldemethode Ihres Kontos wurde ersetzt: {{factorKind}}. Wenn Sie das nicht waren, wenden Sie sich sofort auf einem Ihnen bekannten Weg an uns. Auf Wiederhören.',
    'factor-removed':
      'Guten Tag. Hier ist {{tenant}}. Aus Ihrem Konto wurde eine Anmeldemethode entfernt: {{factorKind}}. Wenn Sie das nicht waren, wenden Sie sich sofort auf einem Ihnen bekannten Weg an uns. Auf Wiederhören.',
    'pass-issued':
      'Guten Tag. Hier ist {{tenant}}. Für Ihr Konto wurde ein befristeter Zugangscode ausgestellt. Wenn Sie ihn nicht angefordert haben, wenden Sie sich sofort auf einem Ihnen bekannten Weg an uns. Auf Wiederhören.',
  },
  colon: ': ',
  labels: {
    factorKind: 'Methode',
    factorName: 'Name',
    at: 'Zeit',
    device: 'Gerät',
    ip: 'IP-Adresse',
    place: 'Ort',
    reason: 'Grund',
  },
  factorKinds: {
    totp: 'Authenticator-App',
    'recovery-code': 'Wiederherstellungscodes',
    sms: 'Code per SMS',
    voice: 'Code per Anruf',
    email: 'E-Mail',
    'temporary-pass': 'befristeter Zugangscode',
  },
};
