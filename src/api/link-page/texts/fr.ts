import type { LinkPageTexts } from './texts';

export const fr: LinkPageTexts = {
  confirmAddress: {
    title: 'Confirmer votre adresse',
    text: [
      '{tenant} souhaite savoir si {address} vous appartient.',
      'N’appuyez sur le bouton que si vous vous y attendiez.',
    ],
    button: 'Confirmer l’adresse',
  },
  addressConfirmed: {
    title: 'Votre adresse est confirmée',
    text: ['{address} est maintenant confirmée pour {tenant}. Vous pouvez fermer cette page.'],
  },
  login: {
    title: 'Se connecter à {tenant}',
    text: [
      'Le bouton affiche un code à six chiffres. Saisissez-le là où vous avez commencé à vous connecter.',
      'Si vous n’êtes pas en train de vous connecter, fermez cette page et ne donnez le code à personne.',
    ],
    button: 'Afficher le code',
  },
  loginReturning: {
    title: 'Se connecter à {tenant}',
    text: [
      'Le bouton vous conduit à {host}, où votre connexion se poursuit.',
      'Si vous n’êtes pas en train de vous connecter, fermez cette page.',
    ],
    button: 'Continuer',
  },
  loginCode: {
    title: 'Votre code',
    text: [
      'Saisissez-le là où vous avez commencé à vous connecter à {tenant}. Il est valable une fois, jusqu’au {until}.',
      'Ne le donnez à personne, quelle que soit la demande.',
    ],
  },
  notMe: {
    title: 'Ce n’était pas vous ?',
    text: [
      '{happened}',
      'Si ce n’était pas vous, appuyez sur le bouton. Ce qui a été fait sera bloqué et consigné.',
      'Si c’était vous, fermez cette page : il ne se passera rien.',
    ],
    button: 'Ce n’était pas moi',
  },
  notMeDone: {
    title: 'Merci, c’est consigné',
    text: ['Changez votre mot de passe maintenant, et contactez {tenant} par un moyen que vous connaissez.'],
  },
  frozen: {
    factor: 'La méthode de connexion ne peut plus être utilisée.',
    authentication: 'La connexion en cours est interrompue.',
    proof: 'Ce qui a été confirmé ainsi n’est plus accepté.',
    session: 'La session qui en résultait est fermée.',
    nothing: 'C’était déjà terminé : il n’y avait plus rien à bloquer.',
  },
  happened: {
    'factor-enrolled': 'Chez {tenant}, une méthode de connexion a été ajoutée : {factor}, {at}.',
    'factor-replaced': 'Chez {tenant}, une méthode de connexion a été remplacée : {factor}, {at}.',
    'factor-removed': 'Chez {tenant}, une méthode de connexion a été supprimée : {factor}, {at}.',
    'pass-issued': 'Chez {tenant}, un code d’accès temporaire a été délivré pour vous, {at}.',
    factor: 'Il s’agit de votre méthode de connexion chez {tenant} : {factor}.',
    login: 'Quelqu’un a commencé à se connecter à {tenant} à votre place.',
  },
  validUntil: 'Ce lien est valable une fois, jusqu’au {until}.',
  invalid: {
    title: 'Ce lien n’est plus valable',
    text: [
      'Il a déjà servi, il a expiré ou il est incomplet. Rien n’a été fait.',
      'Si vous en avez encore besoin, demandez-en un nouveau là où vous l’avez obtenu.',
    ],
  },
  elsewhere: {
    title: 'Veuillez rouvrir le lien',
    text: ['Cette demande ne venait pas de la page du lien : rien n’a été fait.'],
  },
  tooMany: {
    title: 'Veuillez réessayer dans une minute',
    text: ['Trop de liens ont été ouverts depuis votre réseau. Rien n’a été fait.'],
  },
  unavailable: {
    title: 'Veuillez réessayer dans un instant',
    text: ['Nous ne pouvons pas répondre pour le moment. Si le lien n’a pas encore servi, il reste valable.'],
  },
};
