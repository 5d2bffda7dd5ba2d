export { userLifecycle } from './user-lifecycle';
export { sweep } from './sweep';
