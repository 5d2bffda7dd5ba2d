export { userLifecycle } from './user-lifecycle';
export { sweep } from './sweep';
export { erasure } from './erasure';
