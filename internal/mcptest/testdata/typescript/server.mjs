// A server of the reference SDK over stdio: node server.mjs
//
// Its tools tell what came with a call beside its arguments, and ask for
// confirmation by an input_required result.
import { McpServer, acceptedContent, inputRequired } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

serveStdio(() => {
  const server = new McpServer({ name: "typescript", version: "1" });
  server.registerTool(
    "meta",
    { description: "What came in _meta.", inputSchema: z.object({}), annotations: { readOnlyHint: true } },
    async (_, ctx) => ({ content: [{ type: "text", text: JSON.stringify(ctx.mcpReq._meta ?? {}) }] }),
  );
  const yes = z.object({ sure: z.boolean() });
  server.registerTool("sure", { description: "Asks.", inputSchema: z.object({}) }, async (_, ctx) => {
    const answer = acceptedContent(ctx.mcpReq.inputResponses, "sure", yes);
    if (answer === undefined) {
      return inputRequired({ inputRequests: { sure: inputRequired.elicit({ message: "Sure?", requestedSchema: yes }) } });
    }
    return { content: [{ type: "text", text: answer.sure ? "sure" : "not sure" }] };
  });
  return server;
});
