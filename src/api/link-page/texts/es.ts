import type { LinkPageTexts } from './texts';

export const es: LinkPageTexts = {
  confirmAddress: {
    title: 'Confirme su dirección',
    text: [
      '{tenant} desea saber si {address} le pertenece.',
      'Pulse el botón solo si esperaba este mensaje.',
    ],
    button: 'Confirmar dirección',
  },
  addressConfirmed: {
    title: 'Su dirección está confirmada',
    text: ['{address} queda confirmada para {tenant}. Puede cerrar esta página.'],
  },
  login: {
    title: 'Iniciar sesión en {tenant}',
    text: [
      'El botón muestra un código de seis cifras. Introdúzcalo donde empezó a iniciar sesión.',
      'Si no está iniciando sesión ahora, cierre esta página y no dé el código a nadie.',
    ],
    button: 'Mostrar el código',
  },
  loginReturning: {
    title: 'Iniciar sesión en {tenant}',
    text: [
      'El botón le lleva a {host}, donde continúa el inicio de sesión.',
      'Si no está iniciando sesión ahora, cierre esta página.',
    ],
    button: 'Continuar',
  },
  loginCode: {
    title: 'Su código',
    text: [
      'Introdúzcalo donde empezó a iniciar sesión en {tenant}. Vale una sola vez, hasta el {until}.',
      'No se lo dé a nadie, sea quien sea.',
    ],
  },
  notMe: {
    title: '¿No ha sido usted?',
    text: [
      '{happened}',
      'Si no ha sido usted, pulse el botón. Lo que se hizo quedará bloqueado y registrado.',
      'Si ha sido usted, cierre esta página: no pasará nada.',
    ],
    button: 'No he sido yo',
  },
  notMeDone: {
    title: 'Gracias, queda registrado',
    text: ['Cambie ahora su contraseña y avise a {tenant} por un medio que conozca.'],
  },
  frozen: {
    factor: 'El método de acceso ya no puede usarse.',
    authentication: 'El inicio de sesión en curso queda anulado.',
    proof: 'Lo que se confirmó con él ya no se acepta.',
    session: 'La sesión resultante queda cerrada.',
    nothing: 'Ya había terminado: no quedaba nada que bloquear.',
  },
  happened: {
    'factor-enrolled': 'En {tenant} se añadió un método de acceso: {factor}, {at}.',
    'factor-replaced': 'En {tenant} se sustituyó un método de acceso: {factor}, {at}.',
    'factor-removed': 'En {tenant} se eliminó un método de acceso: {factor}, {at}.',
    'pass-issued': 'En {tenant} se emitió un código de acceso temporal para usted, {at}.',
    factor: 'Se trata de su método de acceso en {tenant}: {factor}.',
    login: 'Alguien empezó a iniciar sesión en {tenant} en su nombre.',
  },
  validUntil: 'Este enlace vale una sola vez, hasta el {until}.',
  invalid: {
    title: 'Este enlace ya no es válido',
    text: [
      'Ya se usó, ha caducado o no está completo. No se ha hecho nada.',
      'Si aún lo necesita, pida uno nuevo donde lo obtuvo.',
    ],
  },
  elsewhere: {
    title: 'Abra el enlace otra vez',
    text: ['Esta petición no procedía de la página del enlace, así que no se ha hecho nada.'],
  },
  tooMany: {
    title: 'Inténtelo de nuevo en un minuto',
    text: ['Se han abierto demasiados enlaces desde su red. No se ha hecho nada.'],
  },
  unavailable: {
    title: 'Inténtelo de nuevo en un momento',
    text: ['Ahora no podemos responder. Si el enlace no se ha usado todavía, sigue siendo válido.'],
  },
};
