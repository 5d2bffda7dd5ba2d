export { verifyIssuedCode as verify } from '../verify-issued-code';
