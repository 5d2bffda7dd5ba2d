import type { LinkPageTexts } from './texts';

export const pt: LinkPageTexts = {
  confirmAddress: {
    title: 'Confirme o seu endereço',
    text: [
      '{tenant} gostaria de saber se {address} lhe pertence.',
      'Prima o botão apenas se esperava esta mensagem.',
    ],
    button: 'Confirmar endereço',
  },
  addressConfirmed: {
    title: 'O seu endereço está confirmado',
    text: ['{address} está agora confirmado para {tenant}. Pode fechar esta página.'],
  },
  login: {
    title: 'Iniciar sessão em {tenant}',
    text: [
      'O botão mostra um código de seis dígitos. Introduza-o onde começou a iniciar sessão.',
      'Se não está a iniciar sessão agora, feche esta página e não dê o código a ninguém.',
    ],
    button: 'Mostrar o código',
  },
  loginReturning: {
    title: 'Iniciar sessão em {tenant}',
    text: [
      'O botão leva-o a {host}, onde o início de sessão continua.',
      'Se não está a iniciar sessão agora, feche esta página.',
    ],
    button: 'Continuar',
  },
  loginCode: {
    title: 'O seu código',
    text: [
      'Introduza-o onde começou a iniciar sessão em {tenant}. É válido uma só vez, até {until}.',
      'Não o dê a ninguém, seja quem for.',
    ],
  },
  notMe: {
    title: 'Não foi você?',
    text: [
      '{happened}',
      'Se não foi você, prima o botão. O que foi feito fica bloqueado e registado.',
      'Se foi você, feche esta página: nada acontece.',
    ],
    button: 'Não fui eu',
  },
  notMeDone: {
    title: 'Obrigado, ficou registado',
    text: ['Altere agora a sua palavra-passe e avise {tenant} por um meio que conheça.'],
  },
  frozen: {
    factor: 'O método de acesso já não pode ser usado.',
    authentication: 'O início de sessão em curso foi anulado.',
    proof: 'O que foi assim confirmado já não é aceite.',
    session: 'A sessão que daí resultou foi terminada.',
    nothing: 'Já tinha terminado: não restava nada para bloquear.',
  },
  happened: {
    'factor-enrolled': 'Em {tenant} foi adicionado um método de acesso: {factor}, {at}.',
    'factor-replaced': 'Em {tenant} foi substituído um método de acesso: {factor}, {at}.',
    'factor-removed': 'Em {tenant} foi eliminado um método de acesso: {factor}, {at}.',
    'pass-issued': 'Em {tenant} foi emitido um código de acesso temporário para si, {at}.',
    factor: 'Trata-se do seu método de acesso em {tenant}: {factor}.',
    login: 'Alguém começou a iniciar sessão em {tenant} em seu nome.',
  },
  validUntil: 'Esta ligação é válida uma só vez, até {until}.',
  invalid: {
    title: 'Esta ligação já não é válida',
    text: [
      'Já foi usada, expirou ou não está completa. Nada foi feito.',
      'Se ainda precisa dela, peça uma nova onde a obteve.',
    ],
  },
  elsewhere: {
    title: 'Abra a ligação outra vez',
    text: ['Este pedido não veio da página da ligação, por isso nada foi feito.'],
  },
  tooMany: {
    title: 'Tente novamente dentro de um minuto',
    text: ['Foram abertas demasiadas ligações a partir da sua rede. Nada foi feito.'],
  },
  unavailable: {
    title: 'Tente novamente dentro de momentos',
    text: ['Não podemos responder agora. Se a ligação ainda não foi usada, continua válida.'],
  },
};
