import type { MailLine, Wording } from './wording';

const login: readonly MailLine[] = [
  { lists: ['at', 'device', 'ip', 'place'] },
  '{{#notMeLink}}Si no está iniciando sesión, puede que alguien conozca su contraseña: avísenos.{{/notMeLink}}',
  { opens: 'notMeLink', label: 'No he sido yo' },
];

const change: readonly MailLine[] = [
  { lists: ['factorKind', 'factorName', 'at', 'device', 'ip', 'place', 'reason'] },
  'Si ha sido usted, no tiene que hacer nada. Si no, avísenos de inmediato.',
  { opens: 'notMeLink', label: 'No he sido yo' },
  {
    note: 'Recibe este mensaje porque {{tenant}} avisa a todas sus direcciones conocidas cuando cambian sus métodos de inicio de sesión.',
  },
];

export const es: Wording = {
  mail: {
    code: {
      subject: 'Su código para {{tenant}}',
      lines: [
        'Introduzca este código donde {{tenant}} se lo pida:',
        { shows: 'code' },
        '{{#validFor}}Sirve una sola vez, durante {{validFor}}. {{/validFor}}No se lo dé a nadie, sea quien sea.',
        ...login,
        {
          note: 'Recibe este mensaje porque se ha pedido un código al iniciar sesión en {{tenant}} o al registrar allí esta dirección. Si no ha sido usted, no utilice el código.',
        },
      ],
    },
    'login-link': {
      subject: 'Continúe el inicio de sesión en {{tenant}}',
      lines: [
        'Ha empezado a iniciar sesión en {{tenant}}. Continúe aquí:',
        { opens: 'link', label: 'Continuar' },
        '{{#validFor}}El enlace sirve una sola vez, durante {{validFor}}. {{/validFor}}No lo reenvíe a nadie.',
        ...login,
        {
          note: 'Recibe este mensaje porque se ha pedido un enlace al iniciar sesión en {{tenant}} o al registrar allí esta dirección. Si no ha sido usted, no lo abra.',
        },
      ],
    },
    'confirm-address': {
      subject: 'Confirme su dirección para {{tenant}}',
      lines: [
        'Confirme que esta dirección es suya:',
        { opens: 'link', label: 'Confirmar la dirección' },
        '{{#validFor}}El enlace sirve una sola vez, durante {{validFor}}.{{/validFor}}',
        {
          note: 'Recibe este mensaje porque esta dirección se ha indicado en {{tenant}}. Si no sabe por qué, no haga nada: quedará sin confirmar.',
        },
      ],
    },
    'factor-enrolled': {
      subject: 'Nuevo método de inicio de sesión en {{tenant}}',
      lines: ['Se ha añadido un método de inicio de sesión a su cuenta de {{tenant}}.', ...change],
    },
    'factor-replaced': {
      subject: 'Método de inicio de sesión sustituido en {{tenant}}',
      lines: [
        'Un método de inicio de sesión de su cuenta de {{tenant}} se ha sustituido por uno nuevo.',
        ...change,
      ],
    },
    'factor-removed': {
      subject: 'Método de inicio de sesión eliminado en {{tenant}}',
      lines: ['Se ha eliminado un método de inicio de sesión de su cuenta de {{tenant}}.', ...change],
    },
    'pass-issued': {
      subject: 'Código de acceso temporal emitido en {{tenant}}',
      lines: [
        'Se ha emitido un código de acceso temporal para su cuenta de {{tenant}}. No figura en este mensaje.',
        ...change,
      ],
    },
  },
  sms: {
    code: '{{code}} es su código para {{tenant}}.{{#validFor}} Válido: {{validFor}}.{{/validFor}} No se lo dé a nadie.',
    'login-link': '{{tenant}}: continúe el inicio de sesión aquí o ignore este mensaje: {{link}}',
    'confirm-address': '{{tenant}}: si este número es suyo y espera este mensaje, confírmelo aquí: {{link}}',
    'factor-enrolled':
      '{{tenant}}: nuevo método de acceso ({{factorKind}}, {{at}}).{{#notMeLink}} ¿No fue usted? {{notMeLink}}{{/notMeLink}}',
    'factor-replaced':
      '{{tenant}}: método de acceso sustituido ({{factorKind}}, {{at}}).{{#notMeLink}} ¿No fue usted? {{notMeLink}}{{/notMeLink}}',
    'factor-removed':
      '{{tenant}}: método de acceso eliminado ({{factorKind}}, {{at}}).{{#notMeLink}} ¿No fue usted? {{notMeLink}}{{/notMeLink}}',
    'pass-issued':
      '{{tenant}}: código de acceso temporal emitido ({{at}}).{{#notMeLink}} ¿No fue usted? {{notMeLink}}{{/notMeLink}}',
  },
  voice: {
    code: 'Hola. Le llamamos de {{tenant}}. Su código es: {{code}}. Se lo repetimos, su código es: {{code}}.{{#validFor}} Es válido durante {{validFor}}.{{/validFor}} No se lo dé a nadie. Adiós.',
    'factor-enrolled':
      'Hola. Le llamamos de {{tenant}}. Se ha añadido un método de inicio de sesión a su cuenta: {{factorKind}}. Si no ha sido usted, póngase en contacto con nosotros de inmediato por un medio que conozca. Adiós.',
    'factor-replaced':
      'Hola. Le llamamos de {{tenant}}. Se ha sustituido un método de inicio de sesión de su cuenta: {{factorKind}}. Si no ha sido usted, póngase en contacto con nosotros de inmediato por un medio que conozca. Adiós.',
    'factor-removed':
      'Hola. Le llamamos de {{tenant}}. Se ha eliminado un método de inicio de sesión de su cuenta: {{factorKind}}. Si no ha sido usted, póngase en contacto con nosotros de inmediato por un medio que conozca. Adiós.',
    'pass-issued':
      'Hola. Le llamamos de {{tenant}}. Se ha emitido un código de acceso temporal para su cuenta. Si no lo ha solicitado, póngase en contacto con nosotros de inmediato por un medio que conozca. Adiós.',
  },
  colon: ': ',
  labels: {
    factorKind: 'Método',
    factorName: 'Nombre',
    at: 'Hora',
    device: 'Dispositivo',
    ip: 'Dirección IP',
    place: 'Lugar',
    reason: 'Motivo',
  },
  factorKinds: {
    totp: 'aplicación de autenticación',
    'recovery-code': 'códigos de recuperación',
    sms: 'código por SMS',
    voice: 'código por llamada',
    email: 'correo electrónico',
    'temporary-pass': 'código de acceso temporal',
  },
};
