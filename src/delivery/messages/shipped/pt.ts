import type { MailLine, Wording } from './wording';

const login: readonly MailLine[] = [
  { lists: ['at', 'device', 'ip', 'place'] },
  '{{#notMeLink}}Se não está a iniciar sessão, talvez alguém conheça a sua palavra-passe: avise-nos.{{/notMeLink}}',
  { opens: 'notMeLink', label: 'Não fui eu' },
];

const change: readonly MailLine[] = [
  { lists: ['factorKind', 'factorName', 'at', 'device', 'ip', 'place', 'reason'] },
  'Se reconhece esta alteração, não precisa de fazer nada. Se não, avise-nos de imediato.',
  { opens: 'notMeLink', label: 'Não fui eu' },
  {
    note: 'Recebe esta mensagem porque {{tenant}} avisa todos os seus endereços conhecidos quando os seus métodos de início de sessão mudam.',
  },
];

export const pt: Wording = {
  mail: {
    code: {
      subject: 'O seu código para {{tenant}}',
      lines: [
        'Introduza este código onde {{tenant}} o pedir:',
        { shows: 'code' },
        '{{#validFor}}É válido uma só vez, durante {{validFor}}. {{/validFor}}Não o revele a ninguém, seja quem for.',
        ...login,
        {
          note: 'Recebe esta mensagem porque foi pedido um código num início de sessão em {{tenant}} ou no registo deste endereço. Se não foi a seu pedido, não utilize o código.',
        },
      ],
    },
    'login-link': {
      subject: 'Continue o início de sessão em {{tenant}}',
      lines: [
        'Começou a iniciar sessão em {{tenant}}. Continue aqui:',
        { opens: 'link', label: 'Continuar' },
        '{{#validFor}}A ligação é válida uma só vez, durante {{validFor}}. {{/validFor}}Não a reencaminhe a ninguém.',
        ...login,
        {
          note: 'Recebe esta mensagem porque foi pedida uma ligação num início de sessão em {{tenant}} ou no registo deste endereço. Se não foi a seu pedido, não a abra.',
        },
      ],
    },
    'confirm-address': {
      subject: 'Confirme o seu endereço para {{tenant}}',
      lines: [
        'Confirme que este endereço é seu:',
        { opens: 'link', label: 'Confirmar o endereço' },
        '{{#validFor}}A ligação é válida uma só vez, durante {{validFor}}.{{/validFor}}',
        {
          note: 'Recebe esta mensagem porque este endereço foi indicado a {{tenant}}. Se não sabe porquê, não faça nada: ficará por confirmar.',
        },
      ],
    },
    'factor-enrolled': {
      subject: 'Novo método de início de sessão em {{tenant}}',
      lines: ['Foi adicionado um método de início de sessão à sua conta de {{tenant}}.', ...change],
    },
    'factor-replaced': {
      subject: 'Método de início de sessão substituído em {{tenant}}',
      lines: [
        'Um método de início de sessão da sua conta de {{tenant}} foi substituído por um novo.',
        ...change,
      ],
    },
    'factor-removed': {
      subject: 'Método de início de sessão removido em {{tenant}}',
      lines: ['Foi removido um método de início de sessão da sua conta de {{tenant}}.', ...change],
    },
    'pass-issued': {
      subject: 'Código de acesso temporário emitido em {{tenant}}',
      lines: [
        'Foi emitido um código de acesso temporário para a sua conta de {{tenant}}. Não consta desta mensagem.',
        ...change,
      ],
    },
  },
  sms: {
    code: '{{code}} é o seu código para {{tenant}}.{{#validFor}} Válido: {{validFor}}.{{/validFor}} Não o revele a ninguém.',
    'login-link': '{{tenant}}: continue o início de sessão aqui ou ignore esta mensagem: {{link}}',
    'confirm-address': '{{tenant}}: se este número é seu e espera esta mensagem, confirme-o aqui: {{link}}',
    'factor-enrolled':
      '{{tenant}}: novo método de acesso ({{factorKind}}, {{at}}).{{#notMeLink}} Não reconhece? {{notMeLink}}{{/notMeLink}}',
    'factor-replaced':
      '{{tenant}}: método de acesso substituído ({{factorKind}}, {{at}}).{{#notMeLink}} Não reconhece? {{notMeLink}}{{/notMeLink}}',
    'factor-removed':
      '{{tenant}}: método de acesso removido ({{factorKind}}, {{at}}).{{#notMeLink}} Não reconhece? {{notMeLink}}{{/notMeLink}}',
    'pass-issued':
      '{{tenant}}: código de acesso temporário emitido ({{at}}).{{#notMeLink}} Não reconhece? {{notMeLink}}{{/notMeLink}}',
  },
  voice: {
    code: 'Bom dia. Fala {{tenant}}. O seu código é: {{code}}. Repetimos, o seu código é: {{code}}.{{#validFor}} É válido durante {{validFor}}.{{/validFor}} Não o revele a ninguém. Adeus.',
    'factor-enrolled':
      'Bom dia. Fala {{tenant}}. Foi adicionado um método de início de sessão à sua conta: {{factorKind}}. Se não reconhece esta alteração, contacte-nos de imediato por um meio que conheça. Adeus.',
    'factor-replaced':
      'Bom dia. Fala {{tenant}}. Foi substituído um método de início de sessão da sua conta: {{factorKind}}. Se não reconhece esta alteração, contacte-nos de imediato por um meio que conheça. Adeus.',
    'factor-removed':
      'Bom dia. Fala {{tenant}}. Foi removido um método de início de sessão da sua conta: {{factorKind}}. Se não reconhece esta alteração, contacte-nos de imediato por um meio que conheça. Adeus.',
    'pass-issued':
      'Bom dia. Fala {{tenant}}. Foi emitido um código de acesso temporário para a sua conta. Se não o pediu, contacte-nos de imediato por um meio que conheça. Adeus.',
  },
  colon: ': ',
  labels: {
    factorKind: 'Método',
    factorName: 'Nome',
    at: 'Hora',
    device: 'Dispositivo',
    ip: 'Endereço IP',
    place: 'Local',
    reason: 'Motivo',
  },
  factorKinds: {
    totp: 'aplicação de autenticação',
    'recovery-code': 'códigos de recuperação',
    sms: 'código por SMS',
    voice: 'código por chamada',
    email: 'e-mail',
    'temporary-pass': 'código de acesso temporário',
  },
};
