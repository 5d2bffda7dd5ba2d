import type { LinkPageTexts } from './texts';

export const de: LinkPageTexts = {
  confirmAddress: {
    title: 'Adresse bestätigen',
    text: [
      '{tenant} möchte wissen, ob {address} Ihnen gehört.',
      'Wählen Sie die Schaltfläche nur, wenn Sie das erwartet haben.',
    ],
    button: 'Adresse bestätigen',
  },
  addressConfirmed: {
    title: 'Ihre Adresse ist bestätigt',
    text: ['{address} ist nun für {tenant} bestätigt. Sie können diese Seite schließen.'],
  },
  login: {
    title: 'Anmelden bei {tenant}',
    text: [
      'Die Schaltfläche zeigt einen Code aus sechs Ziffern. Geben Sie ihn dort ein, wo Sie die Anmeldung begonnen haben.',
      'Wenn Sie sich gerade nicht anmelden, schließen Sie diese Seite und geben Sie den Code niemandem.',
    ],
    button: 'Code anzeigen',
  },
  loginReturning: {
    title: 'Anmelden bei {tenant}',
    text: [
      'Die Schaltfläche führt Sie zu {host}, wo Ihre Anmeldung weitergeht.',
      'Wenn Sie sich gerade nicht anmelden, schließen Sie diese Seite.',
    ],
    button: 'Weiter',
  },
  loginCode: {
    title: 'Ihr Code',
    text: [
      'Geben Sie ihn dort ein, wo Sie die Anmeldung bei {tenant} begonnen haben. Er gilt einmal, bis {until}.',
      'Geben Sie ihn niemandem, wer auch fragt.',
    ],
  },
  notMe: {
    title: 'Das waren nicht Sie?',
    text: [
      '{happened}',
      'Wenn Sie das nicht waren, wählen Sie die Schaltfläche. Was getan wurde, wird dann gesperrt und festgehalten.',
      'Wenn Sie es waren, schließen Sie diese Seite: Es geschieht nichts.',
    ],
    button: 'Das war ich nicht',
  },
  notMeDone: {
    title: 'Danke, es ist festgehalten',
    text: ['Ändern Sie jetzt Ihr Passwort, und wenden Sie sich auf einem Ihnen bekannten Weg an {tenant}.'],
  },
  frozen: {
    factor: 'Die Anmeldemethode kann nicht mehr benutzt werden.',
    authentication: 'Die begonnene Anmeldung ist beendet.',
    proof: 'Was damit bestätigt wurde, gilt nicht mehr.',
    session: 'Die Sitzung, die daraus entstand, ist beendet.',
    nothing: 'Es war schon vorbei: Es gab nichts mehr zu sperren.',
  },
  happened: {
    'factor-enrolled': 'Bei {tenant} wurde eine Anmeldemethode hinzugefügt: {factor}, {at}.',
    'factor-replaced': 'Bei {tenant} wurde eine Anmeldemethode ersetzt: {factor}, {at}.',
    'factor-removed': 'Bei {tenant} wurde eine Anmeldemethode entfernt: {factor}, {at}.',
    'pass-issued': 'Bei {tenant} wurde ein befristeter Zugangscode für Sie ausgestellt, {at}.',
    factor: 'Es geht um Ihre Anmeldemethode bei {tenant}: {factor}.',
    login: 'Jemand hat begonnen, sich als Sie bei {tenant} anzumelden.',
  },
  validUntil: 'Dieser Link gilt einmal, bis {until}.',
  invalid: {
    title: 'Dieser Link gilt nicht mehr',
    text: [
      'Er wurde schon benutzt, seine Zeit ist um, oder er ist nicht vollständig. Es wurde nichts getan.',
      'Wenn Sie ihn noch brauchen, fordern Sie dort einen neuen an, woher Sie ihn haben.',
    ],
  },
  elsewhere: {
    title: 'Bitte öffnen Sie den Link noch einmal',
    text: ['Diese Anfrage kam nicht von der Seite des Links, deshalb wurde nichts getan.'],
  },
  tooMany: {
    title: 'Bitte versuchen Sie es in einer Minute noch einmal',
    text: ['Aus Ihrem Netz wurden zu viele Links geöffnet. Es wurde nichts getan.'],
  },
  unavailable: {
    title: 'Bitte versuchen Sie es gleich noch einmal',
    text: ['Wir können gerade nicht antworten. Wenn der Link noch nicht benutzt wurde, bleibt er gültig.'],
  },
};
