import type { Pool } from 'pg';
import { compileFlow, type CompiledFlow } from '../domain/flow/compile';
import type { FlowDefinition } from '../domain/flow/definition';
import { nodeCatalogue } from '../nodes/catalogue';
import { readFlowDefinition } from './flow-repository';

/** Published versions never change, so that a compiled one is good for ever; the bound is for memory alone. */
const MOST_COMPILED = 500;

export interface FlowStore {
  compiled(flowId: string): Promise<CompiledFlow>;
}

export function createFlowStore(pool: Pool): FlowStore {
  const compiled = new Map<string, CompiledFlow>();
  return {
    async compiled(flowId) {
      const known = compiled.get(flowId);
      if (known !== undefined) return known;
      const definition = (await readFlowDefinition(pool, flowId)) as FlowDefinition;
      const flow = compileFlow(definition, nodeCatalogue);
      const oldest = compiled.keys().next();
      if (compiled.size >= MOST_COMPILED && oldest.done !== true) compiled.delete(oldest.value);
      compiled.set(flowId, flow);
      return flow;
    },
  };
}
