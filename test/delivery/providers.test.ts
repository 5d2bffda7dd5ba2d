import { describeProvider } from '../contracts/provider';
import { gatewayFixture, inboxFixture, smtpFixture, twilioFixture } from './provider-fixtures';

describeProvider('Twilio for texts', () => twilioFixture('sms'));
describeProvider('Twilio for calls', () => twilioFixture('voice'));
describeProvider('a gateway', () => gatewayFixture('sms'));
describeProvider('a mail server', () => smtpFixture());
describeProvider('the development inbox', () => inboxFixture('email'));
