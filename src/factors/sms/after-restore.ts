export { issuedCodeAfterRestore as afterRestore } from '../issued-code-after-restore';
