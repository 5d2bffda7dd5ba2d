import type { MailLine, Wording } from './wording';

const login: readonly MailLine[] = [
  { lists: ['at', 'device', 'ip', 'place'] },
  '{{#notMeLink}}Si vous n’êtes pas en train de vous connecter, quelqu’un connaît peut-être votre mot de passe : signalez-le-nous.{{/notMeLink}}',
  { opens: 'notMeLink', label: 'Ce n’était pas moi' },
];

const change: readonly MailLine[] = [
  { lists: ['factorKind', 'factorName', 'at', 'device', 'ip', 'place', 'reason'] },
  'Si c’était vous, vous n’avez rien à faire. Sinon, signalez-le-nous tout de suite.',
  { opens: 'notMeLink', label: 'Ce n’était pas moi' },
  {
    note: 'Vous recevez ce message parce que {{tenant}} avertit toutes les adresses connues de vous lorsque vos méthodes de connexion changent.',
  },
];

export const fr: Wording = {
  mail: {
    code: {
      subject: 'Votre code pour {{tenant}}',
      lines: [
        'Saisissez ce code là où {{tenant}} vous le demande :',
        { shows: 'code' },
        '{{#validFor}}Il est valable une seule fois, pendant {{validFor}}. {{/validFor}}Ne le communiquez à personne, quel que soit le demandeur.',
        ...login,
        {
          note: 'Vous recevez ce message parce qu’un code a été demandé lors d’une connexion à {{tenant}} ou de l’enregistrement de cette adresse. Si ce n’était pas vous, n’utilisez pas ce code.',
        },
      ],
    },
    'login-link': {
      subject: 'Poursuivez votre connexion à {{tenant}}',
      lines: [
        'Vous avez commencé à vous connecter à {{tenant}}. Poursuivez ici :',
        { opens: 'link', label: 'Poursuivre la connexion' },
        '{{#validFor}}Le lien est valable une seule fois, pendant {{validFor}}. {{/validFor}}Ne le transférez à personne.',
        ...login,
        {
          note: 'Vous recevez ce message parce qu’un lien a été demandé lors d’une connexion à {{tenant}} ou de l’enregistrement de cette adresse. Si ce n’était pas vous, ne l’ouvrez pas.',
        },
      ],
    },
    'confirm-address': {
      subject: 'Confirmez votre adresse pour {{tenant}}',
      lines: [
        'Veuillez confirmer que cette adresse est la vôtre :',
        { opens: 'link', label: 'Confirmer l’adresse' },
        '{{#validFor}}Le lien est valable une seule fois, pendant {{validFor}}.{{/validFor}}',
        {
          note: 'Vous recevez ce message parce que cette adresse a été indiquée à {{tenant}}. Si vous ne savez pas pourquoi, ne faites rien : elle restera non confirmée.',
        },
      ],
    },
    'factor-enrolled': {
      subject: 'Nouvelle méthode de connexion à {{tenant}}',
      lines: ['Une méthode de connexion a été ajoutée à votre compte {{tenant}}.', ...change],
    },
    'factor-replaced': {
      subject: 'Méthode de connexion remplacée à {{tenant}}',
      lines: [
        'Une méthode de connexion de votre compte {{tenant}} a été remplacée par une nouvelle.',
        ...change,
      ],
    },
    'factor-removed': {
      subject: 'Méthode de connexion supprimée à {{tenant}}',
      lines: ['Une méthode de connexion a été supprimée de votre compte {{tenant}}.', ...change],
    },
    'pass-issued': {
      subject: 'Code d’accès temporaire émis à {{tenant}}',
      lines: [
        'Un code d’accès temporaire à votre compte {{tenant}} a été émis. Il ne figure pas dans ce message.',
        ...change,
      ],
    },
  },
  sms: {
    code: '{{code}} est votre code pour {{tenant}}.{{#validFor}} Valable {{validFor}}.{{/validFor}} Ne le donnez à personne.',
    'login-link': '{{tenant}} : poursuivez votre connexion ici, ou ignorez ce message : {{link}}',
    'confirm-address':
      '{{tenant}} : si ce numéro vous appartient et que vous attendez ce message, confirmez-le ici : {{link}}',
    'factor-enrolled':
      '{{tenant}} : une méthode de connexion a été ajoutée à votre compte ({{factorKind}}, {{at}}).{{#notMeLink}} Pas vous ? {{notMeLink}}{{/notMeLink}}',
    'factor-replaced':
      '{{tenant}} : une méthode de connexion de votre compte a été remplacée ({{factorKind}}, {{at}}).{{#notMeLink}} Pas vous ? {{notMeLink}}{{/notMeLink}}',
    'factor-removed':
      '{{tenant}} : une méthode de connexion a été supprimée de votre compte ({{factorKind}}, {{at}}).{{#notMeLink}} Pas vous ? {{notMeLink}}{{/notMeLink}}',
    'pass-issued':
      '{{tenant}} : un code d’accès temporaire à votre compte a été émis ({{at}}).{{#notMeLink}} Pas vous ? {{notMeLink}}{{/notMeLink}}',
  },
  voice: {
    code: 'Bonjour. Ici {{tenant}}. Votre code est : {{code}}. Je répète, votre code est : {{code}}.{{#validFor}} Il est valable {{validFor}}.{{/validFor}} Ne le donnez à personne. Au revoir.',
    'factor-enrolled':
      'Bonjour. Ici {{tenant}}. Une méthode de connexion a été ajoutée à votre compte : {{factorKind}}. Si ce n’était pas vous, contactez-nous tout de suite par un moyen que vous connaissez. Au revoir.',
    'factor-replaced':
      'Bonjour. Ici {{tenant}}. Une méthode de connexion de votre compte a été remplacée : {{factorKind}}. Si ce n’était pas vous, contactez-nous tout de suite par un moyen que vous connaissez. Au revoir.',
    'factor-removed':
      'Bonjour. Ici {{tenant}}. Une méthode de connexion a été supprimée de votre compte : {{factorKind}}. Si ce n’était pas vous, contactez-nous tout de suite par un moyen que vous connaissez. Au revoir.',
    'pass-issued':
      'Bonjour. Ici {{tenant}}. Un code d’accès temporaire à votre compte a été émis. Si vous ne l’avez pas demandé, contactez-nous tout de suite par un moyen que vous connaissez. Au revoir.',
  },
  colon: ' : ',
  labels: {
    factorKind: 'Méthode',
    factorName: 'Nom',
    at: 'Heure',
    device: 'Appareil',
    ip: 'Adresse IP',
    place: 'Lieu',
    reason: 'Motif',
  },
  factorKinds: {
    totp: 'application d’authentification',
    'recovery-code': 'codes de récupération',
    sms: 'code par SMS',
    voice: 'code par appel',
    email: 'e-mail',
    'temporary-pass': 'code d’accès temporaire',
  },
};
